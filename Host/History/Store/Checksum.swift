/// The XXH64 checksum: finds damage, not forgery.
///
/// - Source: Yann Collet, "xxHash fast digest algorithm", version 0.1.1.
package enum Checksum {
    private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
    private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
    private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
    private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

    /// Returns the XXH64 of `bytes` with seed 0.
    ///
    /// - Complexity: O(bytes), several bytes a cycle.
    package static func xxh64(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var offset = 0
        var hash = bytes.count >= 32 ? stripes(bytes, &offset) : prime5
        hash &+= UInt64(bytes.count)
        while offset + 8 <= bytes.count {
            hash ^= round(0, word(bytes, offset))
            hash = rotated(hash, 27) &* prime1 &+ prime4
            offset += 8
        }
        if offset + 4 <= bytes.count {
            let half = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self).littleEndian
            hash ^= UInt64(half) &* prime1
            hash = rotated(hash, 23) &* prime2 &+ prime3
            offset += 4
        }
        while offset < bytes.count {
            hash ^= UInt64(bytes[offset]) &* prime5
            hash = rotated(hash, 11) &* prime1
            offset += 1
        }
        return avalanche(hash)
    }

    private static func stripes(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) -> UInt64 {
        var a = prime1 &+ prime2, b = prime2, c: UInt64 = 0, d = 0 &- prime1
        while offset + 32 <= bytes.count {
            a = round(a, word(bytes, offset))
            b = round(b, word(bytes, offset + 8))
            c = round(c, word(bytes, offset + 16))
            d = round(d, word(bytes, offset + 24))
            offset += 32
        }
        var hash = rotated(a, 1) &+ rotated(b, 7) &+ rotated(c, 12) &+ rotated(d, 18)
        for lane in [a, b, c, d] { hash = (hash ^ round(0, lane)) &* prime1 &+ prime4 }
        return hash
    }

    @inline(__always)
    private static func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
        bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian
    }

    @inline(__always)
    private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
        rotated(lane &+ word &* prime2, 31) &* prime1
    }

    @inline(__always)
    private static func rotated(_ value: UInt64, _ bits: UInt64) -> UInt64 {
        value &<< bits | value &>> (64 - bits)
    }

    private static func avalanche(_ hash: UInt64) -> UInt64 {
        var h = hash
        h = (h ^ (h >> 33)) &* prime2
        h = (h ^ (h >> 29)) &* prime3
        return h ^ (h >> 32)
    }
}
