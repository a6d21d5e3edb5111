// RouterSimulator: being built.
