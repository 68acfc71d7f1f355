import RialtoEngine
import RialtoMatching
import RialtoSimulation
import RialtoTestSupport
import RialtoValues
import Testing

@Suite struct `A simulated world` {
    @Test func `keeps every invariant over links that lose, double, delay and reorder`() {
        var sum = LinkCounts(), fills = 0, count = 0
        for seed in Seeds.share(25) {
            let outcome = Simulation(seed: seed).execute()
            #expect(outcome.findings.isEmpty, "rialto simulate --seed \(seed): \(outcome.findings)")
            sum.lost += outcome.link.lost
            sum.doubled += outcome.link.doubled
            sum.overtaken += outcome.link.overtaken
            sum.unknown += outcome.link.unknown
            sum.missed += outcome.link.missed
            fills += outcome.fills
            count += 1
        }
        #expect(fills > 20 * count, "it trades")
        for share in [sum.lost, sum.doubled, sum.overtaken, sum.unknown, sum.missed] {
            #expect(share > count, "each fault happens: \(sum)")
        }
    }

    @Test func `keeps them where the strategies themselves meet a faulty line`() {
        var sum = MessageCounts(), count = 0
        for seed in Seeds.share(60) {
            let outcome = Simulation(seed: seed).execute()
            #expect(outcome.findings.isEmpty, "rialto simulate --seed \(seed): \(outcome.findings)")
            guard outcome.messages.sent > 0 else { continue }
            count += 1
            sum.ignored += outcome.messages.ignored
            sum.unknown += outcome.messages.unknown
            sum.neverCame += outcome.messages.neverCame
            sum.settled += outcome.messages.settled
        }
        #expect(count > 5, "some worlds have such a line")
        for share in [sum.ignored, sum.unknown, sum.neverCame, sum.settled] {
            #expect(share > count, "each fault happens: \(sum)")
        }
    }

    @Test func `is the same each time, and another one for another seed`() {
        let first = Simulation(seed: 5).execute()
        #expect(first == Simulation(seed: 5).execute())
        #expect(first.digest != Simulation(seed: 6).execute().digest)
    }

    @Test func `shows a book that does not add up`() throws {
        let run = randomRun(seed: 3)
        let outcome = try run.execute()
        var sound = BooksCheck(run)
        sound.replay(outcome)
        #expect(sound.faults.isEmpty)
        // The first share's cash is a unit too high.
        var words = outcome.words, at = 0
        while at < words.count, words[at] >> 32 != RecordKind.share.rawValue {
            at += Int(words[at] & 0xFFFF_FFFF) + 1
        }
        words[at + 7] += 1
        var check = BooksCheck(run)
        check.replay(SketchOutcome(digest: outcome.digest, words: words, texts: outcome.texts))
        #expect(!check.faults.isEmpty)
    }

    @Test func `shows a message that was made up, and one that came twice`() throws {
        var run = randomRun(seed: 9)
        run.venue.faults = ConnectionFaults(
            lost_e9: 100_000_000, patience_ns: 600_000_000_000)
        let outcome = try run.execute()
        #expect(try faults(run, outcome.words).isEmpty)
        for event in [MessageEvent.sent, .reached, .settled] {
            var words = outcome.words, at = 0
            while at < words.count {
                let length = Int(words[at] & 0xFFFF_FFFF) + 1
                if words[at] >> 32 == RecordKind.message.rawValue,
                    words[at + 3] == event.rawValue
                {
                    words.insert(contentsOf: Array(words[at..<at + length]), at: at)
                    break
                }
                at += length
            }
            #expect(words.count > outcome.words.count)
            #expect(!(try faults(run, words).isEmpty), "\(event) twice")
        }
    }

    private func faults(_ run: SketchRun, _ words: ContiguousArray<Int64>) throws -> [String] {
        var check = try MessagesCheck(run)
        try check.replay(SketchOutcome(digest: "", words: words, texts: []))
        return check.faults
    }
}
