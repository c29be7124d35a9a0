"""What pyproject.toml cannot say: the folder ``knowledge`` goes into the wheel as part of the package ``bot``.

It stays where editors find it; ``bot.bootstrap.knowledge`` looks for it in both places.
"""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["bot", "bot.*"]), "bot._knowledge"],
    package_dir={"bot._knowledge": "knowledge"},
    package_data={
        "bot": ["py.typed", "answering/calibration.json", "retrieval/words/*", "demo/page.css", "demo/page.js"],
        "bot._knowledge": ["**/*.md", "**/*.yaml", "**/*.json", "**/*.txt"],
    },
    include_package_data=False,
)
