import RialtoKit

/// Texts that were read lately, so that one which comes again, slightly changed, counts once.
struct RecentTexts {
    /// Texts that are remembered.
    static let countMax = 256

    /// Digests of source, title and instrument, the oldest first.
    private(set) var digests: [UInt64] = []

    init(_ digests: [UInt64] = []) { self.digests = digests }

    /// Whether a text of that source, instrument and title has not come lately; remembers it.
    mutating func isNew(_ text: TextEvent) -> Bool {
        let digest = RecentTexts.digest(text)
        guard !digests.contains(digest) else { return false }
        if digests.count == RecentTexts.countMax { digests.removeFirst() }
        digests.append(digest)
        return true
    }

    /// FNV-1a over what a text is known by; the body where there is no title.
    private static func digest(_ text: TextEvent) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func take(_ byte: UInt8) {
            hash ^= UInt64(byte)
            hash = hash &* 0x100_0000_01B3
        }
        for byte in text.source.utf8 { take(byte) }
        take(0)
        for byte in (text.title.isEmpty ? text.body : text.title).utf8 { take(byte) }
        take(0)
        withUnsafeBytes(of: (text.instrument ?? .max).littleEndian) {
            for byte in $0 { take(byte) }
        }
        return hash
    }
}
