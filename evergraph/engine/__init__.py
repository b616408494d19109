"""Plan, lower and execute: what turns one `Session.run` into compiled programs."""
