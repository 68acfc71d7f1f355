import RialtoCLI
import RialtoPluginHost
import RialtoTestSupport
import Testing

@Suite(.serialized) struct `Plugins that are killed at random points` {
    @Test func `send what they would have sent, nothing less and nothing twice`() throws {
        let scratch = try ScratchFolder()
        try installBundled("SmaCross/sma_cross.c", name: "sma-cross", in: scratch.path)
        try installBundled("Requote/requote.c", name: "requote", in: scratch.path)
        try installBuilt("grid", in: scratch.path)
        try installBuilt("ema-watch-swift", in: scratch.path)
        let drill = KillDrill(PluginFolders(paths: [scratch.path]), killEvery: 60)
        var all = KillDrill.Tally()
        for subject in KillDrill.subjects {
            let tally = try drill.execute(subject, batches: 250, seed: 11)
            #expect(tally.failures == [] && tally.different == 0, "\(subject.id)")
            #expect(tally.lost == 0 && tally.doubled == 0, "\(subject.id)")
            #expect(tally.replacements > 0, "\(subject.id)")
            all += tally
        }
        #expect(all.batches >= 1000 && all.orders > 100)
        #expect(all.times_ns.count == all.replacements)
    }

    @Test func `would be found out if one of their orders were lost or doubled`() {
        let truth = VenueLog(), log = VenueLog()
        for number in 0..<5 { truth.take(number: number) }
        for number in [0, 1, 1, 2, 4] { log.take(number: number) }
        #expect(log.lost(of: truth) == 1)
        #expect(log.doubled(beside: truth) == 1)
        #expect(truth.lost(of: truth) == 0 && truth.doubled(beside: truth) == 0)
    }
}

extension VenueLog {
    fileprivate func take(number: Int) { add(order: [Int64(number), 1, 0, 1, 1, 10, 0]) }
}
