import Testing

@testable import Captive
