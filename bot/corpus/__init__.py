"""Knowledge files become articles, sections and passages; the first stage of the flow."""
