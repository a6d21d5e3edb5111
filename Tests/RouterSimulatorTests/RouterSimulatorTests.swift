import Testing

@testable import RouterSimulator
