import Glibc
import RialtoLearning
import RialtoText
import RialtoValues

/// When the model at a path is to be trained again, for a call that is made again and again, such
/// as by a timer of the system.
struct ModelSchedule {
    private let every_ns: Int64
    private let path: String
    private let old: ModelFile?

    /// - Throws: `HouseMessage` where a file at `path` is no model: it is not written over.
    init?(_ invocation: Invocation, path: String) throws {
        guard let every_ns = try invocation.length("every") else { return nil }
        self.every_ns = every_ns
        self.path = path
        old = access(path, F_OK) == 0 ? try ModelCommand.file(path) : nil
    }

    /// When it is due next, Unix nanoseconds UTC; nil where it is due with bars up to `newest_ns`.
    func notBefore(_ newest_ns: Int64) -> Int64? {
        guard let old else { return nil }
        let (due, isOver) = old.until_ns.addingReportingOverflow(every_ns)
        return isOver || newest_ns < due ? due : nil
    }

    /// Keeps the file that a newer one is about to replace, beside it, under the time up to which
    /// it has learned.
    ///
    /// - Returns: Where it is; nil where there was none.
    func keepOld() throws -> String? {
        guard let old else { return nil }
        let time = String(UnixTime.text(old.until_ns).filter { $0 != ":" })
        let kept = String(path.dropLast(".rialto".count)) + "-until-\(time).rialto"
        try TextFile.write(old.bytes, to: kept)
        return kept
    }
}
