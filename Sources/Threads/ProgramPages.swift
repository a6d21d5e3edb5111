import CThreads

/// The pages of the program and its libraries that lie in memory.
package enum ProgramPages {
    /// Lets go of those that are only read; what is used again comes back from the files.
    ///
    /// Half of what a start touches is never needed again: loading libraries, compiling pages, looking the store over.
    package static func release() { lango_release_read_only_pages() }
}
