"""What `run.py` stands on: the environment, the assets, the browser, the catalogue of messages, the checks."""
