import RialtoSentiment

/// What a new instance goes on from: three numbers for each instrument, then digests of texts.
struct SavedState {
    let states: [DecayingScore]
    let seen: RecentTexts

    init(states: [DecayingScore], seen: RecentTexts) {
        self.states = states
        self.seen = seen
    }

    /// Little-endian words of 64 bits: how many instruments, their numbers, the digests.
    var bytes: [UInt8] {
        var words = [UInt64(states.count)]
        for state in states {
            words += [
                state.sum.bitPattern, state.weight.bitPattern,
                UInt64(bitPattern: state.time_ns),
            ]
        }
        words += seen.digests
        return words.flatMap { word in withUnsafeBytes(of: word.littleEndian) { Array($0) } }
    }

    /// Reads it back; nil when it was saved for other instruments, or makes no sense.
    init?(_ bytes: UnsafeRawBufferPointer, count: Int) {
        guard bytes.count % 8 == 0 else { return nil }
        let words = (0..<bytes.count / 8).map {
            UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self))
        }
        guard words.first == UInt64(count), words.count >= 1 + 3 * count,
            words.count <= 1 + 3 * count + RecentTexts.countMax
        else { return nil }
        states = (0..<count).map { index in
            let place = 1 + 3 * index
            return DecayingScore(
                sum: Double(bitPattern: words[place]), weight: Double(bitPattern: words[place + 1]),
                time_ns: Int64(bitPattern: words[place + 2]))
        }
        guard
            states.allSatisfy({ $0.sum.isFinite && $0.weight.isFinite && $0.weight >= 0 })
        else { return nil }
        seen = RecentTexts(Array(words.dropFirst(1 + 3 * count)))
    }
}
