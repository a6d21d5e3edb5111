/// One sentence from a router.
package struct APIReply: Sendable, Equatable {
    /// The first word; https://help.mikrotik.com/docs/spaces/ROS/pages/47579160/API, "Reply words".
    package enum Kind: Sendable {
        /// `!re`: a row.
        case row
        /// `!done`: the last reply to a command.
        case done
        /// `!trap`: a refusal; `!done` follows.
        case trap
        /// `!fatal`: the router closes the connection.
        case fatal
        /// `!empty`: no rows, from 7.18 on; `!done` follows.
        case empty
        /// Something newer than we are.
        case other
    }

    /// Which command it is about.
    package enum Tag: Sendable, Equatable {
        case none
        case command(Int)
        /// Not one of ours.
        case strange
    }

    package let kind: Kind
    package let tag: Tag
    /// The attributes, the id apart.
    package let record: RouterRecord
    /// The first word that is no attribute: why a connection ends.
    package let reason: String?
    /// The length of the sentence, in bytes.
    package let size: Int
}
