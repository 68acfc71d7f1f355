import Foundation
import Glibc
import RialtoValues

/// The folder of crash records: one folder each, the oldest removed when there are too many. Any
/// thread, any number of programs at once.
package struct CrashShelf: Sendable, Equatable {
    /// Most records that are kept.
    package static let recordsMax = 50
    /// Most bytes of all records.
    package static let bytesMax = 512 << 20
    /// Largest library that is kept beside what it was told, in bytes.
    static let libraryMax = 32 << 20
    static let factsName = "crash.json"
    static let tapeName = "told.bin"
    static let libraryName = "library.so"

    package let folder: String

    /// - Parameter folder: Made when the first record is written.
    package init(_ folder: String) { self.folder = folder }

    /// The records' names, the oldest first.
    package var names: [String] {
        let found = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return found.filter { !$0.hasPrefix(".") && access(path($0, Self.factsName), F_OK) == 0 }
            .sorted()
    }

    /// What is known of every crash, the latest first; what cannot be read is left out.
    package func list() -> [CrashReport] { names.reversed().compactMap { report($0) } }

    /// What is known of one crash; nil when there is none or it cannot be read.
    package func report(_ name: String) -> CrashReport? {
        bytes(name, Self.factsName, limit: 4 << 20).flatMap { CrashReport.read($0) }
    }

    /// What its instance was told; nil when that is not kept, or damaged.
    package func tape(_ name: String) -> CrashTape? {
        bytes(name, Self.tapeName, limit: 2 * CrashTape.sizeMax).flatMap { CrashTape($0) }
    }

    /// The library that crashed; nil when it is not kept, or is not what it was.
    package func library(_ report: CrashReport) -> [UInt8]? {
        guard let bytes = bytes(report.id, Self.libraryName, limit: Self.libraryMax),
            SHA256.hex(bytes) == report.sha256
        else { return nil }
        return bytes
    }

    private func path(_ name: String, _ file: String) -> String { folder + "/" + name + "/" + file }

    private func bytes(_ name: String, _ file: String, limit: Int) -> [UInt8]? {
        let path = path(name, file)
        var facts = stat()
        guard stat(path, &facts) == 0, facts.st_size <= limit,
            let data = FileManager.default.contents(atPath: path)
        else { return nil }
        return [UInt8](data)
    }

    // MARK: Writing

    /// Keeps a record: all of it, or nothing.
    ///
    /// - Returns: Whether it is kept.
    @discardableResult
    func keep(_ report: CrashReport, library: [UInt8], tape: CrashTape?) -> Bool {
        let files = FileManager.default
        let mode: [FileAttributeKey: Any] = [.posixPermissions: 0o700]
        guard
            (try? files.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: mode)) != nil
        else { return false }
        let draft = folder + "/.partial-\(getpid())-" + report.id
        guard mkdir(draft, 0o700) == 0 else { return false }
        let told = tape?.bytes
        let isWhole =
            Self.write(report.json, to: draft + "/" + Self.factsName)
            && (told.map { Self.write($0, to: draft + "/" + Self.tapeName) } ?? true)
            && (library.count > Self.libraryMax
                || Self.write(library, to: draft + "/" + Self.libraryName))
        makeRoom(for: Self.size(draft))
        guard isWhole, rename(draft, folder + "/" + report.id) == 0 else {
            try? files.removeItem(atPath: draft)
            return false
        }
        return true
    }

    private static func write(_ bytes: [UInt8], to path: String) -> Bool {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { return false }
        defer { close(file) }
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes {
                Glibc.write(file, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
        }
        return fsync(file) == 0
    }

    /// Removes the oldest records until another has its place, and drafts of programs that are
    /// gone.
    private func makeRoom(for bytes: Int) {
        let files = FileManager.default
        for name in (try? files.contentsOfDirectory(atPath: folder)) ?? []
        where name.hasPrefix(".partial-") {
            let owner = name.dropFirst(9).prefix { $0 != "-" }
            guard let id = pid_t(owner), kill(id, 0) != 0, errno == ESRCH else { continue }
            try? files.removeItem(atPath: folder + "/" + name)
        }
        var left = names[...]
        var total = left.reduce(bytes) { $0 + Self.size(folder + "/" + $1) }
        while let oldest = left.first, left.count >= Self.recordsMax || total > Self.bytesMax {
            total -= Self.size(folder + "/" + oldest)
            try? files.removeItem(atPath: folder + "/" + oldest)
            left = left.dropFirst()
        }
    }

    private static func size(_ folder: String) -> Int {
        [factsName, tapeName, libraryName].reduce(0) { sum, name in
            var facts = stat()
            return stat(folder + "/" + name, &facts) == 0 ? sum + Int(facts.st_size) : sum
        }
    }

    /// A record's name: the time in UTC to the microsecond, by which names are in order, and the
    /// plugin's last word.
    package static func name(_ plugin: String, _ time_ns: Int64) -> String {
        let digits = UnixTime.text(time_ns).filter(\.isNumber).prefix(14)
        let micros = String(UInt64(bitPattern: time_ns) % 1_000_000_000 / 1000 + 1_000_000)
        let word = plugin.split(separator: ".").last.map(String.init) ?? ""
        let plain = word.prefix(32).filter { letter in
            letter.isASCII && (letter.isLetter || letter.isNumber || letter == "-")
        }
        return "\(digits)-\(micros.dropFirst())-\(plain.isEmpty ? "plugin" : plain)"
    }
}
