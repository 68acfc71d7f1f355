/// Reads decisions from a model's text: strictly first, with repairs only where that fails.
///
/// Nothing is repaired that could change a number or a direction. What is in doubt is left out,
/// and the answer says so: an unreadable answer never opens anything.
public enum AnswerReader {
    /// Longest text that is read, in bytes.
    public static let sizeMax = 262_144
    /// Most decisions of one answer.
    public static let decisionsMax = 64

    /// Returns what the text says.
    ///
    /// - Parameter text: Any text; what was cut off by a token limit must not be given.
    public static func read(_ text: String) -> ReadAnswer {
        guard text.utf8.count <= sizeMax else {
            return .failed("the answer has \(text.utf8.count) bytes; allowed are \(sizeMax)")
        }
        do {
            let node = try JSONText.strict(text)
            return answer(from: node, repairs: []) ?? .failed("the JSON holds no decisions")
        } catch {
            return readCandidates(text)
        }
    }

    private static func readCandidates(_ text: String) -> ReadAnswer {
        switch AnswerText.find(in: Array(text.unicodeScalars)) {
        case .cut(let reason): return .failed("the answer is cut: \(reason)")
        case .candidates(let candidates):
            for candidate in candidates {
                if let answer = readCandidate(candidate) { return answer }
            }
            return .failed("the answer holds no decisions")
        }
    }

    /// What one stretch says; nil when it is about something else. A stretch that speaks of
    /// decisions and cannot be read ends the search: an earlier one may be a draft.
    private static func readCandidate(_ text: AnswerText.Candidate) -> ReadAnswer? {
        do {
            let (node, repairs) = try JSONText.tolerant(Array(text))
            return answer(from: node, repairs: repairs)
        } catch {
            guard AnswerText.mentionsDecision(text) else { return nil }
            return readElements(of: text) ?? .failed("\(error.reason)")
        }
    }

    /// Reads the objects of a list one by one, so that one that is broken does not take the others
    /// with it; nil when it is no list of objects.
    private static func readElements(of text: AnswerText.Candidate) -> ReadAnswer? {
        var rest = text.drop(while: Spelling.isSeparator)
        let isList = rest.first.map { Spelling.plain($0) == "[" } ?? false
        if isList { rest = rest.dropFirst() }
        var answer = ReadAnswer(), count = 0
        while true {
            rest = rest.drop(while: Spelling.isSeparator)
            guard let next = rest.first.map(Spelling.plain) else { break }
            if next == "]", isList {
                // Another list behind it: which of them is the answer cannot be known.
                guard rest.dropFirst().allSatisfy(Spelling.isSeparator) else { return nil }
                break
            }
            guard next == "{", let end = AnswerText.end(of: rest), count < decisionsMax else {
                return nil
            }
            count += 1
            add(element: rest[..<end], number: count, to: &answer)
            rest = rest[end...]
        }
        return count > 0 ? answer : nil
    }

    private static func add(
        element: AnswerText.Candidate, number: Int, to answer: inout ReadAnswer
    ) {
        do {
            let (node, repairs) = try JSONText.tolerant(Array(element))
            answer.repairs.formUnion(repairs)
            let fields = DecisionFields(node)
            guard fields.isDecision else {
                answer.unreadable.append("item \(number) is no decision")
                return
            }
            answer.decisions.append(try fields.decision(isPercent: false))
        } catch let fault as JSONFault {
            answer.unreadable.append("item \(number): \(fault.reason)")
        } catch let fault as FieldFault {
            answer.unreadable.append("item \(number): \(fault.reason)")
        } catch {
            answer.unreadable.append("item \(number) could not be read")
        }
    }

    // MARK: shapes

    /// The answer that a value holds; nil when it is about something else.
    private static func answer(from node: JSONNode, repairs: Set<JSONRepair>) -> ReadAnswer? {
        guard let list = list(in: node) else { return nil }
        var answer = ReadAnswer()
        answer.repairs = repairs
        answer.asOf = node["as_of"]?.string
        guard list.count <= decisionsMax else {
            return .failed("\(list.count) decisions; allowed are \(decisionsMax)")
        }
        let fields = list.map(DecisionFields.init)
        let isPercent = fields.contains { $0.confidenceIsPercent }
        for (index, item) in fields.enumerated() {
            do throws(FieldFault) {
                answer.decisions.append(try item.decision(isPercent: isPercent))
            } catch {
                answer.unreadable.append("item \(index + 1): \(error.reason)")
            }
        }
        return answer
    }

    /// The decisions in a value: one, a list, a list under `decisions`, or one for each symbol.
    private static func list(in node: JSONNode) -> [JSONNode]? {
        switch node {
        case .list(let items):
            return items.contains { DecisionFields($0).isDecision } ? items : nil
        case .object(let members):
            if let inner = node["decisions"] {
                if case .list(let items) = inner { return items }
                return list(in: inner)
            }
            if DecisionFields(node).isDecision { return [node] }
            return bySymbol(members)
        default: return nil
        }
    }

    /// A map from symbol to decision; a symbol within the decision must be the same.
    private static func bySymbol(_ members: [JSONNode.Member]) -> [JSONNode]? {
        let entries = members.filter { $0.key != "as_of" && $0.key != "version" }
        guard !entries.isEmpty, entries.allSatisfy({ DecisionFields.hasAction($0.value) }) else {
            return nil
        }
        return entries.map { entry in
            guard case .object(let fields) = entry.value else { return entry.value }
            // A second name under another key would make the object ambiguous: see `symbol`.
            return .object([JSONNode.Member(DecisionFields.mapKey, .text(entry.key))] + fields)
        }
    }
}
