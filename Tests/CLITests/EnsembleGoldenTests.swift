import Foundation
import RialtoCLI
import Testing

/// Two rounds of two experts, worked out by hand: after the first, the one that was right has
/// e^0.5 times the weight of the other.
private func mixtures(_ name: String = "EWA_eta0.5_nograd_all", _ more: String = "") -> String {
    let right = 1 / (1 + exp(-0.5))
    return """
        {"about": {"reference": "pencil 2", "tolerance_absolute": 1e-9},
         "input": {"y": [1, 0], "experts": [[1, 0], [1, 0]], "awake": [[1, 1], [1, 0]]},
         "output": {"\(name)": {"weights": [[0.5, 0.5], [\(right), \(1 - right)]],
                                "predictions": [0.5, \(right)],
                                "final_weights": [0.5, 0.5]\(more)}}}
        """
}

/// Forty numbers that fall by 10 in the middle, and where the change shows.
private func changes(_ name: String, _ places: String) -> String {
    let numbers = (0..<40).map { $0 < 20 ? "10" : "0" }.joined(separator: ",")
    return """
        {"about": {"reference": "pencil 2"}, "input": [\(numbers)],
         "output": {"\(name)": [\(places)]}}
        """
}

@Suite struct `The golden command, for the ensemble` {
    @Test func `makes every weight and forecast again`() throws {
        let desk = try Desk()
        try desk.file("m.json", mixtures())
        let result = desk.run("golden @m.json")
        #expect(result.status == .done && result.error.isEmpty, "\(result.error)\(result.out)")
        #expect(result.out.contains("3 of 3 columns within 1e-09, made by pencil 2"))
    }

    @Test(arguments: [
        (mixtures("EWA_eta0.4_nograd_all"), "2 of 3", ""),
        (mixtures("EWA_eta0.5_grad_all"), "1 of 3", ""),
        (mixtures("EWA_eta0.5_nograd_sleeping"), "3 of 3", ""),
        (mixtures("OGD_nograd_all"), "1 of 1", "no such case; known: EWA_eta0.5"),
        (mixtures("EWA_nograd_all"), "1 of 1", "no such case"),
        (mixtures("EWA_eta-1_nograd_all"), "1 of 1", "no such case"),
        (mixtures("EWA_eta0.5_nograd_all_twice"), "1 of 1", "no such case"),
        (mixtures("Ridge_lambda0"), "1 of 1", "no such case"),
        (mixtures("FS_eta0.5_alpha2_grad_all"), "1 of 1", "no such case"),
        (mixtures("EWA_eta0.5_nograd_all", ", \"gradient\": true"), "1 of 1", "says otherwise"),
        (mixtures("EWA_eta0.5_nograd_all", ", \"mean_square_loss\": 1"), "1 of 4", "fail"),
        (mixtures().replacingOccurrences(of: "[1, 0],", with: "[1],"), "differ in size", ""),
        (mixtures().replacingOccurrences(of: "[1, 0]]}", with: "[1, 2]]}"), "outside 0...1", ""),
    ])
    func `fails where a mixture differs or is not known`(
        text: String, says: String, result shown: String
    ) throws {
        let desk = try Desk()
        try desk.file("m.json", text)
        let result = desk.run("golden @m.json")
        #expect(result.status == .failed && result.error.contains(says), "\(result.error)")
        #expect(shown.isEmpty || result.out.contains(shown), "\(result.out)")
    }

    @Test(arguments: [
        ("PageHinkley(min_instances=5,threshold=15)", "21"),
        ("PageHinkley(5,0.005,15)", "21"), ("PageHinkley(threshold=500)", ""),
        ("ADWIN(clock=1)", "30"),
    ])
    func `finds every change again`(name: String, places: String) throws {
        let desk = try Desk()
        try desk.file("d.json", changes(name, places))
        let result = desk.run("golden @d.json")
        #expect(result.status == .done, "\(result.out)")
    }

    @Test(arguments: [
        "DDM(delta=1)", "ADWIN(delta=2)", "ADWIN(delta=x)", "ADWIN(delta=0.1,delta=0.2)",
        "ADWIN(size=3)",
        "ADWIN", "PageHinkley(mode=left)", "KSWIN(window=20,stat=30,seed=1)", "KSWIN(alpha=0.1)",
        "PageHinkley(1,2,3,4,both,6)",
    ])
    func `fails on detectors that are not known`(name: String) throws {
        let desk = try Desk()
        try desk.file("d.json", changes(name, "21"))
        let result = desk.run("golden @d.json")
        #expect(result.status == .failed && result.out.contains("no such case; known: Page"))
    }

    @Test func `fails where a change is missed or elsewhere`() throws {
        for places in ["", "20", "21, 39"] {
            let desk = try Desk()
            try desk.file("d.json", changes("PageHinkley(5,0.005,15)", places))
            #expect(desk.run("golden @d.json").status == .failed)
        }
    }

    @Test(
        .enabled(
            if: Beside.has("goldens/expert_aggregation_opera.json"),
            "skipped: ../shared/goldens is not on this machine"))
    func `passes what opera computed`() throws {
        let desk = try Desk()
        let path = Beside.path("goldens/expert_aggregation_opera.json")
        let result = desk.run("golden " + path + " --json")
        #expect(result.status == .done && result.objects.count == 90)
        let worst = result.objects.compactMap { $0["worst_error"] as? Double }.max() ?? 1
        #expect(worst < 1e-12)
    }

    @Test(
        .enabled(
            if: Beside.has("goldens/drift_detectors.json"),
            "skipped: ../shared/goldens is not on this machine"))
    func `passes every change that river saw`() throws {
        let desk = try Desk()
        let result = desk.run("golden " + Beside.path("goldens/drift_detectors.json") + " --json")
        #expect(result.status == .done && result.objects.count == 5)
    }
}
