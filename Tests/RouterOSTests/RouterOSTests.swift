import Testing

@testable import RouterOS
