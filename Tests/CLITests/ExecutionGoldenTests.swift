import Foundation
import RialtoCLI
import Testing

/// Three lots cut into two, and a schedule of two even slices, worked out by hand.
private func golden(
    _ twap: String = "0.1, 0.2", _ rate: String = "0.5", _ n: String = "2"
) -> String {
    """
    {"about": {"reference": "pencil 2"},
     "input": {"X": 10, "T": 2, "N": \(n), "sigma": 1, "eps": 0.5, "gamma": 0, "eta": 1},
     "almgren_chriss": [{"lambda": 0, "kappa": 0, "holdings": [10, 5, 0], "trades": [5, 5],
                         "expected_cost": 55, "variance": 25}],
     "slicing": {"quantity": 0.3, "lot": 0.1, "volume_curve": [3, 1], "price": [10, 14],
                 "twap_cumulative_floor": [\(twap)], "vwap_cumulative_floor": [0.2, 0.1],
                 "market_vwap": 11, "pov_rate_\(rate)_child_sizes": [0.3, 0.0],
                 "pov_remaining": 0}}
    """
}

@Suite struct `The golden command, for execution` {
    @Test func `makes every schedule and every slice again`() throws {
        let desk = try Desk()
        try desk.file("e.json", golden())
        let result = desk.run("golden @e.json")
        #expect(result.status == .done && result.error.isEmpty, "\(result.error)")
        #expect(result.out.contains("10 of 10 columns within 1e-09, made by pencil 2"))
    }

    @Test(arguments: [
        (golden("0.2, 0.1"), "1 of 10"), (golden("0.1"), "1 of 10"),
        (golden("0.1, 0.2", "0.05"), "2 of 10"), (golden("0.1, 0.2", "x"), "out of tolerance"),
        (golden("0.1, 0.2", "0.5", "0"), "not above 0"),
        (golden().replacingOccurrences(of: "\"eta\": 1", with: "\"eta\": 2"), "1 of 10"),
        (golden().replacingOccurrences(of: "\"lot\": 0.1", with: "\"lot\": 0"), "out of"),
        (golden().replacingOccurrences(of: "\"trades\"", with: "\"deals\""), "trades"),
    ])
    func `fails where something differs, or cannot be made`(text: String, says: String) throws {
        let desk = try Desk()
        try desk.file("e.json", text)
        let result = desk.run("golden @e.json")
        #expect(result.status == .failed && result.error.contains(says), "\(result.error)")
    }

    @Test(
        .enabled(
            if: Beside.has("goldens/execution.json"),
            "skipped: ../shared/goldens is not on this machine"))
    func `passes what Almgren and Chriss computed, and every slice to the unit`() throws {
        let desk = try Desk()
        let result = desk.run("golden " + Beside.path("goldens/execution.json") + " --json")
        #expect(result.status == .done && result.objects.count == 25)
        let slices = result.objects.filter { ($0["name"] as? String)?.contains("_f") == true }
        #expect(slices.allSatisfy { $0["worst_error"] as? Double == 0 } && slices.count == 2)
    }
}
