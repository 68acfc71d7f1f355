import Foundation
import Glibc
import RialtoPluginHost
import RialtoText

/// The file of what a run's plugins write, beside the record of the run.
struct RunJournal {
    let journal: PluginJournal

    private static let ending = ".jsonl"
    private static let going = "going-"
    /// Logs of runs that were broken off that are kept.
    private static let brokenMax = 8

    /// The folder of logs beside the file that keeps records of runs.
    static func folder(store: String) -> String {
        let folder = store.lastIndex(of: "/").map { String(store[..<$0]) } ?? "."
        return folder + "/logs"
    }

    /// Begins one. A run goes on without where none can be written, and says so.
    static func begin(store: String, _ console: Console) -> RunJournal? {
        let folder = folder(store: store)
        try? FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        removeBroken(folder)
        let path = "\(folder)/\(going)\(Executable.now_ns)-\(getpid())\(ending)"
        do throws(JournalError) { return RunJournal(journal: try PluginJournal(path)) } catch {
            console.report(
                HouseMessage(
                    "what plugins write is not kept: \(error.reason.lowercased())",
                    details: [.init("folder", folder)],
                    help: "name another file for records: --store FILE"))
            return nil
        }
    }

    /// Ends it under the name of its run; an empty one is removed.
    func end(run id: String) {
        var facts = stat()
        let isEmpty = stat(journal.path, &facts) != 0 || facts.st_size == 0
        let folder = journal.path.lastIndex(of: "/").map { String(journal.path[..<$0]) } ?? "."
        if isEmpty {
            unlink(journal.path)
        } else {
            rename(journal.path, folder + "/" + id + Self.ending)
        }
        journal.close()
    }

    /// Removes the log of a run.
    static func remove(run id: String, store: String) {
        unlink(folder(store: store) + "/" + id + ending)
    }

    /// Logs, the latest first: the run's id, or when it began while it goes on.
    static func list(_ folder: String) -> [(run: String, path: String)] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let logs = names.filter { $0.hasSuffix(ending) }.map { name in
            var facts = stat()
            stat(folder + "/" + name, &facts)
            let time = Int64(facts.st_mtim.tv_sec) * 1_000_000_000 + Int64(facts.st_mtim.tv_nsec)
            return (name: name, time: time)
        }
        return logs.sorted { ($0.time, $0.name) > ($1.time, $1.name) }.map {
            (String($0.name.dropLast(ending.count)), folder + "/" + $0.name)
        }
    }

    /// Of runs that ended without a record, only the latest logs stay.
    private static func removeBroken(_ folder: String) {
        let broken = list(folder).filter { log in
            guard log.run.hasPrefix(going) else { return false }
            let file = open(log.path, O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { return false }
            defer { close(file) }
            return !PluginJournal.isWritten(file)
        }
        var facts = stat()
        let full = broken.filter { stat($0.path, &facts) != 0 || facts.st_size > 0 }
        let kept = Set(full.prefix(brokenMax).map(\.path))
        for log in broken where !kept.contains(log.path) { unlink(log.path) }
    }
}
