import RialtoEngine
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

    @Test func `is the same each time, and another one for another seed`() {
        let first = Simulation(seed: 5).execute()
        #expect(first == Simulation(seed: 5).execute())
        #expect(first.digest != Simulation(seed: 6).execute().digest)
    }

    @Test func `shows a book that does not add up`() throws {
        let run = randomRun(seed: 3)
        let outcome = try run.execute()
        #expect(faults(run, outcome, tampered: false).isEmpty)
        #expect(!faults(run, outcome, tampered: true).isEmpty)
    }

    /// What a check of the books finds; tampered with, the first share's cash is a unit too high.
    private func faults(
        _ run: SketchRun, _ outcome: SketchOutcome, tampered: Bool
    ) -> [String] {
        var words = outcome.words, at = 0
        while tampered, at < words.count {
            let length = Int(words[at] & 0xFFFF_FFFF)
            if words[at] >> 32 == RecordKind.share.rawValue {
                words[at + 7] += 1
                break
            }
            at += length + 1
        }
        var check = BooksCheck(run)
        check.replay(SketchOutcome(digest: outcome.digest, words: words, texts: outcome.texts))
        return check.faults
    }
}
