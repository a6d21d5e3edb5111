import CCairo

/// What the C library keeps of the memory that a document took.
package enum DocumentMemory {
    /// Gives the free pages of every thread's heap back to the system: a large sheet leaves tens of megabytes behind.
    package static func giveBack() { malloc_trim(0) }
}
