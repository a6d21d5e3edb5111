/// One sentence from a router.
struct APIReply: Sendable, Equatable {
    /// The first word; https://help.mikrotik.com/docs/spaces/ROS/pages/47579160/API, "Reply words".
    enum Kind: Sendable {
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
    enum Tag: Sendable, Equatable {
        case none
        case command(Int)
        /// Not one of ours.
        case strange
    }

    let kind: Kind
    let tag: Tag
    /// The attributes, the id apart.
    let record: RouterRecord
    /// The first word that is no attribute: why a connection ends.
    let reason: String?
    /// The length of the sentence, in bytes.
    let size: Int
}
