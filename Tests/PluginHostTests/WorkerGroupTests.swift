import Foundation
import Glibc
import RialtoPluginHost
import RialtoTestSupport
import Testing

/// Where this system lets tests make groups of version 2; nil nowhere.
private let groups: String? = {
    let text = { (path: String) in (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
    let own = WorkerGroup.ownFolder(
        mounts: text("/proc/self/mountinfo"), groups: text("/proc/self/cgroup"))
    guard let own, WorkerGroup(unlimitedBelow: own) != nil else { return nil }
    return own
}()

@Suite struct `The group of a worker` {
    @Test func `lies where the host's own is mounted`() {
        let debian = """
            24 30 0:22 / /proc rw,nosuid shared:12 - proc proc rw
            27 24 0:24 / /sys/fs/cgroup rw,nosuid,nodev shared:9 - cgroup2 cgroup2 rw,nsdelegate
            """
        #expect(
            WorkerGroup.ownFolder(mounts: debian, groups: "0::/system.slice/rialto.service\n")
                == "/sys/fs/cgroup/system.slice/rialto.service")
        #expect(WorkerGroup.ownFolder(mounts: debian, groups: "0::/\n") == "/sys/fs/cgroup")
        let both = """
            30 20 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
            31 20 0:27 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
            """
        #expect(
            WorkerGroup.ownFolder(mounts: both, groups: "4:memory:/x\n0::/y\n")
                == "/sys/fs/cgroup/unified/y")
        let part = "31 20 0:27 /box /sys/fs/cgroup rw - cgroup2 cgroup2 rw"
        #expect(
            WorkerGroup.ownFolder(mounts: part, groups: "0::/box/a\n") == "/sys/fs/cgroup/a")
        #expect(WorkerGroup.ownFolder(mounts: part, groups: "0::/boxes\n") == nil)
        #expect(WorkerGroup.ownFolder(mounts: "", groups: "0::/\n") == nil)
        #expect(WorkerGroup.ownFolder(mounts: debian, groups: "4:memory:/x\n") == nil)
        #expect(WorkerGroup.ownFolder(mounts: "a b - c d e f g -", groups: "0::/\n") == nil)
    }

    @Test func `is told what its worker may take, or does not count`() throws {
        let scratch = try ScratchFolder()
        #expect(!WorkerGroup.limit(scratch.path, memoryMax: 1 << 30))
        for name in ["memory.max", "pids.max", "memory.swap.max"] {
            try "".write(toFile: scratch.path + "/" + name, atomically: false, encoding: .utf8)
        }
        #expect(WorkerGroup.limit(scratch.path, memoryMax: 1 << 30))
        func said(_ name: String) throws -> Substring {
            try String(contentsOfFile: scratch.path + "/" + name, encoding: .utf8).prefix(10)
        }
        #expect(try said("memory.max") == "1610612736" && said("pids.max") == "16")
        #expect(WorkerGroup(below: scratch.path, memoryMax: 1) == nil)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: scratch.path).count == 3,
            "nothing half-made stays")
    }

    @Test(.enabled(if: groups != nil, "this system gives no control groups of version 2"))
    func `holds who joins it, and ends with all that lives in it`() throws {
        let parent = try #require(groups)
        var group = WorkerGroup(unlimitedBelow: parent)
        let path = try #require(group?.path), file = try #require(group?.descriptor)
        let child = Process()
        child.executableURL = URL(filePath: "/bin/sleep")
        child.arguments = ["600"]
        try child.run()
        defer { child.terminate() }
        #expect(group?.holds(child.processIdentifier) == false)
        let pid = Array("\(child.processIdentifier)".utf8)
        try #require(
            write(file, pid, pid.count) == pid.count, "\(String(cString: strerror(errno)))")
        #expect(group?.holds(child.processIdentifier) == true)
        group = nil
        child.waitUntilExit()
        #expect(child.terminationReason == .uncaughtSignal)
        #expect(!FileManager.default.fileExists(atPath: path))
    }
}
