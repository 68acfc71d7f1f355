import Glibc

/// Names of functions as their authors wrote them. What reads them is the system's: it is asked
/// for lists that a person reads, never while a run goes on, for a name may be hostile.
enum Demangling {
    /// Longest name that is asked for, in bytes.
    private static let nameMax = 200

    /// Returns a text with the mangled names of Swift and C++ in it made readable, where a function
    /// of the system does so.
    static func readable(_ text: String) -> String {
        var out = "", word = ""
        for letter in text {
            if " +,()".contains(letter) {
                out += name(word) + String(letter)
                word = ""
            } else {
                word.append(letter)
            }
        }
        return out + name(word)
    }

    private static func name(_ word: String) -> String {
        guard word.utf8.count <= nameMax else { return word }
        if word.hasPrefix("$s") || word.hasPrefix("_$s") { return swift(word) ?? word }
        if word.hasPrefix("_Z") { return itanium(word) ?? word }
        return word
    }

    private typealias Swift =
        @convention(c) (
            UnsafePointer<CChar>?, Int, UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<Int>?,
            UInt32
        ) -> UnsafeMutablePointer<CChar>?
    private typealias Itanium =
        @convention(c) (
            UnsafePointer<CChar>?, UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<Int>?,
            UnsafeMutablePointer<Int32>?
        ) -> UnsafeMutablePointer<CChar>?

    private static func swift(_ word: String) -> String? {
        guard let found = dlsym(nil, "swift_demangle") else { return nil }
        let function = unsafeBitCast(found, to: Swift.self)
        return taken(function(word, word.utf8.count, nil, nil, 0))
    }

    private static func itanium(_ word: String) -> String? {
        guard let found = dlsym(nil, "__cxa_demangle") else { return nil }
        let function = unsafeBitCast(found, to: Itanium.self)
        var status: Int32 = 0
        return taken(function(word, nil, nil, &status))
    }

    /// A text that its caller frees.
    private static func taken(_ text: UnsafeMutablePointer<CChar>?) -> String? {
        guard let text else { return nil }
        defer { free(text) }
        return String(cString: text)
    }
}
