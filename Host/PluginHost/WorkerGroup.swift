import Glibc
import Synchronization

/// A control group for one worker: the system counts its memory and its processes, whatever it
/// does, and ends them all at once. Made where the host may make groups of version 2.
///
/// - Source: Linux, Documentation/admin-guide/cgroup-v2.rst.
package final class WorkerGroup: Sendable {
    /// Its folder.
    package let path: String
    /// Whoever writes 0 here is of the group.
    package let descriptor: Int32

    private static let made = Atomic(UInt64(0))
    /// A worker is one process of one thread; more may never live long.
    private static let processesMax = 16
    /// What the system counts beside the plugin's own memory: code, tables, shared pages.
    private static let roomBytes: UInt64 = 512 << 20

    /// A group below `parent` whose limits hold.
    ///
    /// - Parameter memoryMax: Of the plugin's own memory, in bytes.
    /// - Returns: nil where the system gives none.
    package convenience init?(below parent: String, memoryMax: UInt64) {
        self.init(unlimitedBelow: parent)
        guard Self.limit(path, memoryMax: memoryMax) else { return nil }
    }

    /// A group below `parent` without limits.
    package init?(unlimitedBelow parent: String) {
        let number = Self.made.add(1, ordering: .relaxed).newValue
        path = "\(parent)/rialto-\(getpid())-\(number)"
        guard mkdir(path, 0o755) == 0 else { return nil }
        let file = open(path + "/cgroup.procs", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else {
            rmdir(path)
            return nil
        }
        descriptor = file
    }

    /// Sets the limits of the group in a folder.
    ///
    /// - Returns: Whether all hold.
    package static func limit(_ path: String, memoryMax: UInt64) -> Bool {
        let memory = memoryMax.addingReportingOverflow(roomBytes)
        guard write("\(memory.overflow ? .max : memory.partialValue)", to: path + "/memory.max"),
            write("\(processesMax)", to: path + "/pids.max")
        else { return false }
        // Systems without swap have no such file.
        _ = write("0", to: path + "/memory.swap.max")
        return true
    }

    /// Whether a process is of the group.
    package func holds(_ pid: pid_t) -> Bool {
        Self.text(path + "/cgroup.procs").split(separator: "\n").contains("\(pid)")
    }

    /// Ends whatever still lives in the group, and the group.
    deinit {
        close(descriptor)
        // The system lets go of a process that was reaped a moment later.
        for _ in 0..<50 where rmdir(path) != 0 {
            guard errno == EBUSY else { return }
            _ = Self.write("1", to: path + "/cgroup.kill")
            usleep(1_000)
        }
    }

    private static func write(_ text: String, to path: String) -> Bool {
        let file = open(path, O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        return Array(text.utf8).withUnsafeBytes {
            Glibc.write(file, $0.baseAddress, $0.count) == $0.count
        }
    }

    /// The beginning of a small file; empty where there is none.
    private static func text(_ path: String) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 1 << 16), size = 0
        while size < buffer.count {
            let count = buffer[size...].withUnsafeMutableBytes {
                read(file, $0.baseAddress, $0.count)
            }
            guard count > 0 else { break }
            size += count
        }
        return String(decoding: buffer[..<size], as: UTF8.self)
    }
}

extension WorkerGroup {
    /// The folder in which this process may make groups with limits: as RIALTO_CGROUP says, or its
    /// own group. Looked for once.
    static let parent: String? = {
        let set = getenv("RIALTO_CGROUP").map { String(cString: $0) }
        let own = ownFolder(
            mounts: text("/proc/self/mountinfo"), groups: text("/proc/self/cgroup"))
        guard let folder = set ?? own, gives(folder) || hands(folder, isOwn: set == nil) else {
            return nil
        }
        return folder
    }()

    /// Where the group of this process lies.
    ///
    /// - Parameters:
    ///   - mounts: As /proc/self/mountinfo.
    ///   - groups: As /proc/self/cgroup.
    /// - Returns: nil where no version 2 is mounted, or not the part that this process is in.
    package static func ownFolder(mounts: String, groups: String) -> String? {
        let line = groups.split(separator: "\n").first { $0.hasPrefix("0::/") }
        guard let group = line?.dropFirst(3) else { return nil }
        for mount in mounts.split(separator: "\n") {
            // id, parent, device, root, place, options, tags ..., -, kind, source, options
            let words = mount.split(separator: " ")
            guard words.count > 6, let bar = words.firstIndex(of: "-"), bar + 1 < words.count,
                words[bar + 1] == "cgroup2"
            else { continue }
            let root = words[3] == "/" ? "" : words[3]
            guard group == root || group.hasPrefix(root + "/") else { continue }
            let below = group.dropFirst(root.count)
            return String(words[4]) + (below == "/" ? "" : below)
        }
        return nil
    }

    private static let controllers: Set<Substring> = ["memory", "pids"]

    /// Whether groups below a folder have limits.
    private static func gives(_ folder: String) -> Bool {
        controllers.isSubset(
            of: text(folder + "/cgroup.subtree_control").split { $0 == " " || $0 == "\n" })
    }

    /// Hands limits down to the groups below a folder. A group that does so holds no process: where
    /// the host is alone in its own, it goes down into one.
    private static func hands(_ folder: String, isOwn: Bool) -> Bool {
        guard
            controllers.isSubset(
                of: text(folder + "/cgroup.controllers").split { $0 == " " || $0 == "\n" })
        else { return false }
        let asked = "+memory +pids", place = folder + "/cgroup.subtree_control"
        if write(asked, to: place) { return true }
        let members = text(folder + "/cgroup.procs").split(separator: "\n")
        guard isOwn, members == ["\(getpid())"] else { return false }
        let host = folder + "/rialto-host"
        guard mkdir(host, 0o755) == 0 || errno == EEXIST,
            write("\(getpid())", to: host + "/cgroup.procs")
        else { return false }
        return write(asked, to: place)
    }
}
