// Entitlements: being built.
