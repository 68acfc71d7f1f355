/// Finds what in a model's text may be its decisions.
struct AnswerText {
    /// Most openings of brackets that lead nowhere, before the search gives up.
    static let strayMax = 256

    /// One stretch of the text that may be JSON.
    typealias Candidate = ArraySlice<Unicode.Scalar>

    /// What the search gave.
    enum Found {
        /// The best first.
        case candidates([Candidate])
        /// The text ends within something that looks like decisions.
        case cut(String)
    }

    private static let reasoningTags = [
        "think", "thinking", "reasoning", "reflection", "scratchpad", "analysis", "thought",
    ]
    private static let answerTags = ["decision", "decisions", "answer", "output", "json", "final"]

    /// Finds candidates: a tagged block, fences with `json` first, then balanced brackets; of each
    /// kind the last one first.
    static func find(in text: [Unicode.Scalar]) -> Found {
        var rest = text
        for tag in reasoningTags { rest = withoutBlocks(tag, in: rest) }
        switch tagged(in: rest) {
        case .cut(let reason): return .cut(reason)
        case .candidates(let inner): if let inner = inner.first { rest = Array(inner) }
        }
        let fences = fences(in: rest)
        switch balanced(in: rest) {
        case .cut(let reason): return .cut(reason)
        case .candidates(let spans): return .candidates(fences + spans.reversed())
        }
    }

    // MARK: tags

    /// The text without what stands between `<tag>` and `</tag>`. What has no end goes to the end;
    /// what has no start goes from the start.
    private static func withoutBlocks(_ tag: String, in text: [Unicode.Scalar]) -> [Unicode.Scalar]
    {
        var out: [Unicode.Scalar] = [], at = 0
        while let open = position(of: "<\(tag)>", in: text[at...]) {
            out += text[at..<open]
            guard let close = position(of: "</\(tag)>", in: text[open...]) else { return out }
            at = close + tag.unicodeScalars.count + 3
        }
        out += text[at...]
        while let stray = position(of: "</\(tag)>", in: out[...]) {
            out.removeFirst(stray + tag.unicodeScalars.count + 3)
        }
        return out
    }

    private static func tagged(in text: [Unicode.Scalar]) -> Found {
        for tag in answerTags {
            var at = 0, last: Candidate?
            while let open = position(of: "<\(tag)>", in: text[at...]) {
                let start = open + tag.unicodeScalars.count + 2
                guard let close = position(of: "</\(tag)>", in: text[start...]) else {
                    return .cut("<\(tag)> has no end")
                }
                last = text[start..<close]
                at = close
            }
            if let last { return .candidates([last]) }
        }
        return .candidates([])
    }

    /// Where `word` starts, letters of any case.
    static func position(of word: String, in text: Candidate) -> Int? {
        let wanted = Array(word.unicodeScalars)
        guard text.count >= wanted.count, let first = wanted.first else { return nil }
        return (text.startIndex...(text.endIndex - wanted.count)).first { start in
            Spelling.lower(text[start]) == first
                && wanted.indices.allSatisfy { Spelling.lower(text[start + $0]) == wanted[$0] }
        }
    }

    // MARK: fences

    /// What stands between lines of three backticks.
    private static func fences(in text: [Unicode.Scalar]) -> [Candidate] {
        var labelled: [Candidate] = [], others: [Candidate] = [], at = 0
        while let open = position(of: "```", in: text[at...]) {
            let start = open + 3
            guard let close = position(of: "```", in: text[start...]) else { break }
            let inner = text[start..<close]
            let label = inner.prefix { Spelling.isWord($0) }
            if Spelling.string(label).lowercased() == "json" {
                labelled.append(inner.dropFirst(label.count))
            } else if label.isEmpty {
                others.append(inner)
            }
            at = close + 3
        }
        return labelled.reversed() + others.reversed()
    }

    // MARK: brackets

    /// Stretches between an opening bracket and its end, outermost ones, in order. Such stretches
    /// with nothing but space and commas between them are joined to one list.
    private static func balanced(in text: [Unicode.Scalar]) -> Found {
        var spans: [Candidate] = [], at = 0, stray = 0, wasJoined = false
        while at < text.count {
            let plain = Spelling.plain(text[at])
            guard plain == "{" || plain == "[" else {
                if !Spelling.isSeparator(text[at]) { wasJoined = false }
                at += 1
                continue
            }
            guard let end = end(of: text[at...]) else {
                if mentionsDecision(text[at...]), plain == "{" || nextIsObject(text[at...]) {
                    return .cut("the brackets do not close")
                }
                stray += 1
                guard stray < strayMax else { return .cut("too many brackets lead nowhere") }
                at += 1
                wasJoined = false
                continue
            }
            if wasJoined, let last = spans.popLast() {
                spans.append(text[last.startIndex..<end])
            } else {
                spans.append(text[at..<end])
            }
            wasJoined = true
            at = end
        }
        return .candidates(spans)
    }

    /// Where the bracket that `text` starts with is closed: the place after it.
    static func end(of text: Candidate) -> Int? {
        var open: [Unicode.Scalar] = [], at = text.startIndex
        while at < text.endIndex {
            switch Spelling.plain(text[at]) {
            case "{": open.append("}")
            case "[": open.append("]")
            case "}", "]":
                guard open.popLast() == Spelling.plain(text[at]) else { return nil }
                if open.isEmpty { return at + 1 }
            case "\"", "“", "＂":
                guard let closed = textEnd(text[at...]) else { return nil }
                at = closed
            default: break
            }
            guard open.count <= JSONText.depthMax else { return nil }
            at += 1
        }
        return nil
    }

    /// Where the text that starts here is closed: the place of its last quote.
    private static func textEnd(_ text: Candidate) -> Int? {
        guard let ends = Spelling.closing(text[text.startIndex], isTolerant: true) else {
            return nil
        }
        var at = text.startIndex + 1
        while at < text.endIndex {
            if ends.contains(text[at]) { return at }
            at += text[at] == "\\" ? 2 : 1
        }
        return nil
    }

    private static func nextIsObject(_ text: Candidate) -> Bool {
        text.dropFirst().first { !Spelling.isSeparator($0) }.map { Spelling.plain($0) == "{" }
            ?? false
    }

    /// Whether a stretch speaks of decisions, readable or not.
    static func mentionsDecision(_ text: Candidate) -> Bool {
        ["action", "signal", "decision"].contains { position(of: $0, in: text) != nil }
    }
}

extension Spelling {
    /// Space, or a comma of any form.
    static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || isInvisible(scalar) || plain(scalar) == ","
    }
}
