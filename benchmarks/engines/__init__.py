"""The search engines that are compared, each behind the same interface, so that one harness can ask them all."""
