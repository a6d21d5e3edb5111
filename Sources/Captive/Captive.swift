// Captive: being built.
