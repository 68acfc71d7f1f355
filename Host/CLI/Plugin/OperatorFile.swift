import Glibc
import RialtoText

/// Files in which operators' decisions about plugins are kept.
enum OperatorFile {
    /// Refuses a file that others may write to: it is no operator's word.
    ///
    /// - Parameter what: What it holds, such as `the grants`.
    static func check(_ path: String, _ what: String) throws(HouseMessage) {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return }
        let isForeign = facts.st_uid != geteuid() && facts.st_uid != 0
        guard !isForeign, facts.st_mode & (S_IWGRP | S_IWOTH) == 0 else {
            throw HouseMessage(
                "\(what) in \(path) are not used: others may write to that file",
                help: "look at them, then: chmod go-w \(path), and be its owner")
        }
    }

    /// Makes an empty file that its owner alone may read, and the folder that it lies in, where
    /// they are missing.
    static func make(_ path: String) {
        if let slash = path.lastIndex(of: "/") { _ = mkdir(String(path[..<slash]), 0o700) }
        let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        if file >= 0 { close(file) }
    }

    /// Login name of who runs this program, and of who became root to do so.
    static func login() -> String {
        let name = getpwuid(geteuid()).flatMap { $0.pointee.pw_name }.map { String(cString: $0) }
        let own = name ?? "user \(geteuid())"
        guard let caller = getenv("SUDO_USER").map({ String(cString: $0) }) else { return own }
        return "\(caller) as \(own)"
    }
}
