// Provisioning: being built.
