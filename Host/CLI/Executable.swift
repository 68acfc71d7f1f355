import Glibc
import RialtoValues

/// Where this program is, whose it is, and when.
enum Executable {
    /// Path of the running program.
    static var path: String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        guard length > 0 else { return nil }
        return String(
            decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Folder of the running program.
    static var folder: String? {
        path.flatMap { path in path.lastIndex(of: "/").map { String(path[..<$0]) } }
    }

    /// A path without `..` and links; nil when nothing is there.
    static func resolved(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    /// The time of day in Unix nanoseconds UTC.
    static var now_ns: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * UnixTime.second + Int64(time.tv_nsec)
    }

    /// Nanoseconds of a clock that never falls.
    static var steady_ns: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * UnixTime.second + Int64(time.tv_nsec)
    }

    /// The user's home folder.
    static var home: String? { getenv("HOME").map { String(cString: $0) } }
}
