"""A Discord bot that answers questions about open-source AI from a curated knowledge base.

The packages are the stages of one flow: ``corpus`` -> ``query``, ``retrieval`` -> ``answering`` -> ``feedback`` -> ``cases``, ``review``.
Only ``exts``, ``client``, ``serving``, ``demo`` and ``command_reference`` know Discord. Nothing is imported
here, so that a command pays only for what it uses.
"""

__version__ = "1.0.0"
