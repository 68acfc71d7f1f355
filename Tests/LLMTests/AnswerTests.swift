import Foundation
import RialtoLLM
import Testing

/// The list beside the project, or where `RIALTO_SHARED` says.
private let fixture: URL = {
    let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let set = ProcessInfo.processInfo.environment["RIALTO_SHARED"].map { URL(filePath: $0) }
    return (set ?? root.appending(path: "../shared"))
        .appending(path: "llm-fixtures/malformed-decisions.json")
}()

private func decision(_ action: String, _ more: String = "") -> String {
    "{\"symbol\":\"BTCUSDT\",\"action\":\"\(action)\"\(more)}"
}

@Suite struct `An answer that broke other projects` {
    @Test(
        .enabled(
            if: FileManager.default.fileExists(atPath: fixture.path),
            "no ../shared/llm-fixtures; set RIALTO_SHARED"))
    func `is read or refused as it is listed`() throws {
        let text = try String(contentsOf: fixture, encoding: .utf8)
        let cases = try JSONText.strict(text)["cases"]?.items ?? []
        #expect(cases.count == 20)
        for entry in cases {
            let id = entry["id"]?.string ?? "", expect = entry["expect"]
            let answer = AnswerReader.read(entry["text"]?.string ?? "")
            if case .list(let wanted)? = expect?["decisions"] {
                #expect(answer.decisions.count == wanted.count, "\(id): \(answer)")
                for (made, wanted) in zip(answer.decisions, wanted) {
                    #expect(made.symbol == wanted["symbol"]?.string, "\(id)")
                    #expect(made.action.rawValue == wanted["action"]?.string, "\(id)")
                    if let reason = wanted["reasoning"]?.string { #expect(made.reason == reason) }
                }
                if wanted.isEmpty {
                    #expect(answer.failure != nil || !answer.unreadable.isEmpty, "\(id)")
                }
            } else {
                let verdicts = DecisionRules().judge(answer, against: SixCoins.flat)
                #expect(verdicts.allSatisfy { !$0.isAccepted && $0.refusal != "" }, "\(id)")
                #expect(!verdicts.isEmpty, "\(id)")
            }
        }
    }

    @Test(arguments: [
        "[\(decision("open_long", ",\"stop_loss\":98,000"))]",
        "[\(decision("open_long", ",\"stop_loss\":\"98,000\""))]",
        "[\(decision("open_long", ",\"stop_loss\":98 000"))]",
        "[\(decision("open_long", ",\"stop_loss\":NaN"))]",
        "[\(decision("open_long", ",\"stop_loss\":1e999"))]",
        "[\(decision("open_long", ",\"stop_loss\":\"5%\""))]",
        "[\(decision("open_long", ",\"stop_loss\":1,\"stop_loss\":2"))]",
        "[\(decision("open_long", ",\"stop_loss\":1,\"stopLoss\":2"))]",
        "[\(decision("open_long", ",\"signal\":\"hold\""))]",
        "[\(decision("open_long", ",\"coin\":\"ETH\""))]",
        "[\(decision("buy"))]",
        decision("open_long") + "\nFinal: [{\"symbol\":\"BTCUSDT\",\"action\":\"hold\"",
        "<think>\(decision("open_long"))",
        "<decision>\(decision("open_long"))",
        decision("open_long") + " </think>",
        "{\"decisions\":[\(decision("open_long")),",
        "I would \(decision("open_long")) but: \(decision("hold", ",\"stop_loss\":98,000"))",
        "[\(decision("open_long"))]\n[\(decision("hold"))]",
        "[\(decision("open_long"))],\n{\"symbol\":\"BTCUSDT\"}",
        "", " \n ", "null", "[]", "{}", "[[[[", "{\"action\":", "\u{FEFF}",
    ])
    func `opens nothing when its meaning is in doubt`(text: String) {
        let answer = AnswerReader.read(text)
        #expect(answer.decisions.allSatisfy { !$0.action.opens }, "\(answer)")
    }

    @Test func `loses only the decision that is broken`() {
        let answer = AnswerReader.read(
            "[\(decision("hold")),\(decision("open_long", ",\"stop_loss\":98,000"))]")
        #expect(answer.decisions.map(\.action) == [.hold])
        #expect(answer.unreadable.count == 1)
        #expect(answer.unreadable.first?.contains("thousands separator") == true)
    }

    @Test func `says what was repaired, and repairs nothing that is right`() {
        let clean = AnswerReader.read("{\"as_of\":\"t\",\"decisions\":[\(decision("hold"))]}")
        #expect(clean.repairs.isEmpty && clean.asOf == "t")
        let repaired = AnswerReader.read("[{'symbol': 'BTCUSDT', action: 'hold', // why\n},]")
        #expect(repaired.decisions.count == 1)
        #expect(repaired.repairs == [.quotes, .bareKey, .comment, .trailingComma])
    }

    @Test func `reads numbers whose spelling can mean but one`() {
        let text = decision(
            "open_long",
            ",\"stop_loss\":\"98,000.5\",\"take_profit\":\"1,234,567\",\"confidence\":80,"
                + "\"size_fraction_of_equity\":\"5%\",\"entry\":\"N/A\",\"leverage\":\"2\"")
        let decisions = AnswerReader.read(text).decisions
        #expect(decisions.first?.stopLoss == 98_000.5)
        #expect(decisions.first?.takeProfit == 1_234_567)
        #expect(decisions.first?.confidence == 0.8)
        #expect(decisions.first?.sizeFraction == 0.05)
        #expect(decisions.first?.entry == nil)
        #expect(decisions.first?.leverage == 2)
    }

    @Test func `never crashes its reader and never opens by accident, however it is broken`() {
        let seeds = [
            "{\"as_of\":\"t\",\"decisions\":[\(decision("hold")),\(decision("close"))]}",
            "<think>x [1]</think>```json\n[\(decision("hold", ",\"stop_loss\":98,000"))]\n```",
            "【{“symbol”：“BTCUSDT”、“action”：“hold”}】 // [\(decision("wait"))",
        ].map { Array($0.unicodeScalars) }
        let pieces = Array("{}[]\"'`:,<>/\\“”［］：，…-0%eé\u{0}\u{200B}\u{1F600}".unicodeScalars)
        for seed in UInt64(0)..<6000 {
            var random = Steps(seed: seed)
            var text = seeds[Int(random.next() % 3)]
            for _ in 0...(random.next() % 6) {
                let at = Int(random.next() % UInt64(text.count + 1))
                switch random.next() % 4 {
                case 0: text = Array(text[..<at])
                case 1 where at < text.count:
                    text[at] = pieces[Int(random.next() % UInt64(pieces.count))]
                case 2: text.insert(pieces[Int(random.next() % UInt64(pieces.count))], at: at)
                default: text += text[at...].prefix(40)
                }
            }
            var view = String.UnicodeScalarView()
            view.append(contentsOf: text)
            let answer = AnswerReader.read(String(view))
            #expect(answer.decisions.allSatisfy { !$0.action.opens }, "seed \(seed)")
        }
    }

    @Test(arguments: ["[", "{", "[\"", "{\"action\":[", "<think>", "```", "[{", "]", "“{", "/*"])
    func `is read in bounded time when it repeats one thing`(piece: String) {
        let count = AnswerReader.sizeMax / piece.utf8.count
        let answer = AnswerReader.read(String(repeating: piece, count: count))
        #expect(answer.decisions.isEmpty)
        #expect(answer.failure != nil)
        let longer = AnswerReader.read(String(repeating: "x", count: AnswerReader.sizeMax + 1))
        #expect(longer.failure?.contains("allowed") == true)
    }
}

/// A sequence of numbers from a seed.
struct Steps: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state >> 33) ^ ((state << 11) >> 40)
    }
}
