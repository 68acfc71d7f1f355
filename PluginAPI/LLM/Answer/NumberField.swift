/// Reads a number that may be written as text, and refuses every spelling that could mean two.
struct NumberField {
    let name: String
    /// What a percent sign divides by; nil where it makes no sense.
    let percentOf: Double?

    /// The number; nil for a word that means none.
    func read(_ value: JSONNode) throws(FieldFault) -> Double? {
        switch value {
        case .null: return nil
        case .number(let digits): return try finite(digits)
        case .text(let text): return try read(text: text)
        default: throw FieldFault(reason: "\(name) is no number")
        }
    }

    private func read(text: String) throws(FieldFault) -> Double? {
        let word = String(text.filter { !$0.isWhitespace })
        if ["", "null", "none", "n/a", "na", "-"].contains(word.lowercased()) { return nil }
        if word.hasSuffix("%") {
            guard let percentOf else { throw FieldFault(reason: "\(name) is in percent") }
            return try finite(String(word.dropLast())) / percentOf
        }
        return try finite(try withoutGroups(word))
    }

    private func finite(_ digits: String) throws(FieldFault) -> Double {
        let isPlain = digits.utf8.allSatisfy {
            (0x30...0x39).contains($0) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains($0)
        }
        guard isPlain, let value = Double(digits), value.isFinite else {
            throw FieldFault(reason: "\(name) is \(digits.prefix(40)), no finite number")
        }
        return value
    }

    /// The digits without separators of thousands, where these cannot be anything else: at least
    /// two groups, or one and a point. `98,000` alone may be 98 in another country.
    private func withoutGroups(_ word: String) throws(FieldFault) -> String {
        guard word.contains(",") else { return word }
        let halves = word.split(separator: ".", omittingEmptySubsequences: false)
        let groups = (halves.first ?? "").split(separator: ",", omittingEmptySubsequences: false)
        let isGrouped =
            halves.count <= 2 && (1...3).contains(groups.first?.utf8.count ?? 0)
            && groups.dropFirst().allSatisfy { $0.utf8.count == 3 }
            && groups.allSatisfy { $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        guard isGrouped, groups.count > 2 || halves.count == 2 else {
            throw FieldFault(reason: "\(name) is \(word.prefix(40)), which may mean two numbers")
        }
        return groups.joined() + (halves.count == 2 ? "." + halves[1] : "")
    }
}
