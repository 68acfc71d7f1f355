/// The word that a person most likely meant.
package enum Suggestion {
    /// Longest word that is compared, in bytes; a longer one is never suggested.
    static let length = 64

    /// Returns the candidate nearest to `word`, or nil when none is near enough to be meant.
    ///
    /// Near enough is at most one edit for every three letters, and two for short words. Of equals
    /// the first wins.
    package static func nearest(to word: String, among candidates: [String]) -> String? {
        let bound = max(2, word.utf8.count / 3)
        var best: (word: String, distance: Int)?
        for candidate in candidates {
            let found = distance(Array(word.lowercased().utf8), Array(candidate.lowercased().utf8))
            let limit = min(bound, max(1, candidate.utf8.count - 1))
            guard found <= limit, found < best?.distance ?? .max else { continue }
            best = (candidate, found)
        }
        return best?.word
    }

    /// Returns `did you mean "x"?`, or nothing when no candidate is near.
    package static func help(for word: String, among candidates: [String]) -> String {
        nearest(to: word, among: candidates).map { "did you mean \"\($0)\"?" } ?? ""
    }

    /// Insertions, deletions, replacements and swaps of neighbours between two words.
    ///
    /// - Source: Damerau 1964, Levenshtein 1966, in the optimal string alignment form.
    static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        guard a.count <= length, b.count <= length else { return .max }
        var before: [Int] = []
        var above = Array(0...b.count)
        for i in 0..<a.count {
            var row = [i + 1]
            for j in 0..<b.count {
                var cost = min(above[j + 1] + 1, row[j] + 1, above[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    cost = min(cost, before[j - 1] + 1)
                }
                row.append(cost)
            }
            before = above
            above = row
        }
        return above[b.count]
    }
}
