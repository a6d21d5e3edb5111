/// A directory whose files are served under a prefix.
package struct StaticFiles: Sendable {
    let prefix: String
    let directory: String

    package init(prefix: String, directory: String) {
        self.prefix = prefix
        self.directory = directory
    }
}
