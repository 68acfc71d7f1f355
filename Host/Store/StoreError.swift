import RialtoText

/// What can go wrong with the records of runs. The store is as it was before the call.
package enum StoreError: Error, Equatable, Sendable {
    /// SQLite refused `work`, for the reason that it gave.
    case failed(work: String, reason: String)
    /// The file has seen more migrations than this program knows.
    case newer(found: Int64, known: Int64)
    /// There is no file at this path.
    case missing(path: String)
    case noRun(prefix: String)
    /// More than one run begins so; some of their ids.
    case severalRuns(prefix: String, ids: [String])
    case exists(id: String)
    /// A stored series cannot be read back.
    case damaged(id: String, series: String)
}

extension StoreError: HouseError {
    package var messages: [HouseMessage] {
        switch self {
        case .failed(let work, let reason):
            [
                HouseMessage(
                    "cannot \(work): \(reason)", help: "is there room, and may it be written?")
            ]
        case .newer(let found, let known):
            [
                HouseMessage(
                    "the records are of a newer rialto: schema \(found), this one knows \(known)",
                    help: "use the newer rialto, or another data folder")
            ]
        case .missing(let path):
            [
                HouseMessage(
                    "there are no records of runs: \(path) does not exist",
                    help: "name their file with --store FILE or RIALTO_STORE; a backtest says at "
                        + "its end where it keeps its own")
            ]
        case .noRun(let prefix):
            [HouseMessage("no run begins with \"\(prefix)\"", help: "see rialto runs list")]
        case .severalRuns(let prefix, let ids):
            [
                HouseMessage(
                    "more than one run begins with \"\(prefix)\": \(ids.joined(separator: ", "))",
                    help: "give more letters of the id")
            ]
        case .exists(let id): [HouseMessage("a run \"\(id)\" is already kept")]
        case .damaged(let id, let series):
            [
                HouseMessage(
                    "the record is damaged", details: [.init("run", id), .init("series", series)])
            ]
        }
    }
}
