import Testing

@testable import Locales
