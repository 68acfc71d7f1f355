import Foundation
import RialtoBacktest
import RialtoPluginHost
import RialtoTestSupport
import Testing

@Suite struct `A portfolio run over daily and 1-minute bars of twenty instruments` {
    @Test func `gives the same for every batch limit, and when its bars are read again`() throws {
        let scratch = try ScratchFolder()
        try installBundled("SmaCross/sma_cross.c", name: "sma-cross", in: scratch.path + "/plugins")
        let results = try [4096, 1, 7].map { limit in
            try Bench(
                folders: PluginFolders(paths: [scratch.path + "/plugins"]), data: scratch.path,
                batchLimit: limit, market: SyntheticMarket(instruments: 20, days: 2)
            ).run(.w7, plugin: BenchWork.w7.plugin, rounds: 1)
        }
        #expect(Set(results.map(\.checksum)).count == 1)
        #expect(Set(results.map(\.equity)).count == 1)
        #expect(results[0].events == 20 * (3 * 365 + 2 * 1440))
        #expect(results[0].fills > 1000)
    }
}
