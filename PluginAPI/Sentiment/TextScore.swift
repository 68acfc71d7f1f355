/// What a text says of a price, by its words alone.
///
/// No word is ever an instruction: a text can only move the score, within -1...1. Equal texts have
/// equal scores on every machine: additions, products and one division.
public struct TextScore: Equatable, Sendable {
    /// -1 (bad news) ... 1 (good news); 0 where no word is known.
    public let value: Double
    /// Words that are known, the title's twice; 0 says nothing of the price.
    public let words: Int

    /// Known words whose sum is half of the way to 1.
    private static let half = 1.5

    /// Scores a text; a title counts twice.
    ///
    /// - Complexity: O(bytes).
    public init(title: String, body: String) {
        let title = TextScore.sum(title), body = TextScore.sum(body)
        let sum = 2 * title.sum + body.sum
        value = sum / (sum.magnitude + TextScore.half)
        words = 2 * title.words + body.words
    }

    private static func sum(_ text: String) -> (sum: Double, words: Int) {
        let latin = latin(text), chinese = chinese(text)
        return (latin.sum + chinese.sum, latin.words + chinese.words)
    }

    // MARK: Words of letters

    private static func latin(_ text: String) -> (sum: Double, words: Int) {
        var walk = Walk()
        var word: [UInt8] = []
        // Typographers write isn’t with another sign than typewriters do.
        let plain = text.unicodeScalars.lazy.map { $0 == "\u{2019}" ? "'" : $0 }
        for scalar in plain {
            let byte = scalar.isASCII ? UInt8(truncatingIfNeeded: scalar.value) : 0x20
            switch byte {
            case 0x41...0x5A: word.append(byte | 0x20)
            case 0x61...0x7A: word.append(byte)
            case 0x27 where !word.isEmpty: word.append(byte)
            default:
                walk.take(word)
                word.removeAll(keepingCapacity: true)
                if isBreak(byte) { walk.end() }
            }
        }
        walk.take(word)
        return (walk.sum, walk.words)
    }

    private static func isBreak(_ byte: UInt8) -> Bool {
        [0x2E, 0x2C, 0x3B, 0x3A, 0x21, 0x3F].contains(byte)
    }

    /// What was read of a clause.
    private struct Walk {
        var sum = 0.0
        var words = 0
        /// Words for which a negation still holds.
        private var negated = 0
        private var factor = 1.0

        mutating func take(_ bytes: [UInt8]) {
            guard !bytes.isEmpty else { return }
            let word = String(decoding: bytes, as: UTF8.self)
            if word == "but" { return end() }
            if Lexicon.negations.contains(word) {
                negated = 3
                return
            }
            if let score = score(word) {
                sum += score * factor * (negated > 0 ? -0.6 : 1)
                words += 1
            }
            factor = Lexicon.intensifiers[word] ?? 1
            if negated > 0 { negated -= 1 }
        }

        mutating func end() {
            negated = 0
            factor = 1
        }

        /// The score of a word, or of the one that it is a form of.
        private func score(_ word: String) -> Double? {
            if let score = Lexicon.scores[word] { return score }
            for (ending, instead) in Walk.endings where word.hasSuffix(ending) {
                let stem = String(word.dropLast(ending.count)) + instead
                guard stem.count >= 3 else { continue }
                if let score = Lexicon.scores[stem] { return score }
                // Doubled letters: dropped, dropping.
                if let last = stem.last, stem.dropLast().last == last,
                    let score = Lexicon.scores[String(stem.dropLast())]
                {
                    return score
                }
            }
            return nil
        }

        private static let endings = [
            ("ies", "y"), ("ied", "y"), ("es", "e"), ("es", ""), ("s", ""), ("ed", "e"),
            ("ed", ""), ("ing", "e"), ("ing", ""), ("'s", ""), ("ment", ""), ("ly", ""),
        ]
    }

    // MARK: Words of characters

    private static func chinese(_ text: String) -> (sum: Double, words: Int) {
        let bytes = Array(text.utf8)
        guard bytes.contains(where: { $0 >= 0xE0 }) else { return (0, 0) }
        var sum = 0.0, words = 0, at = 0
        while at < bytes.count {
            guard bytes[at] >= 0xE0,
                let (word, score) = Lexicon.chinese.first(where: { has($0.word, bytes, at) })
            else {
                at += 1
                continue
            }
            let isNegated = Lexicon.chineseNegations.contains { negation in
                at >= negation.count && has(negation, bytes, at - negation.count)
            }
            sum += isNegated ? -0.6 * score : score
            words += 1
            at += word.count
        }
        return (sum, words)
    }

    private static func has(_ word: [UInt8], _ bytes: [UInt8], _ at: Int) -> Bool {
        guard at + word.count <= bytes.count else { return false }
        return word.indices.allSatisfy { bytes[at + $0] == word[$0] }
    }
}
