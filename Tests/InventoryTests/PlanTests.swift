import Inventory
import RouterOS
import Testing

@Suite struct PlanTests {
    @Test("Every table of the plan stands in the schema, with columns that it knows")
    func agreesWithSchema() {
        #expect(SurveyPlan.tables.count >= 70)
        for table in SurveyPlan.tables {
            for column in table.columns {
                #expect(table.schema.property(column) != nil, "\(table.path) \(column)")
            }
        }
    }
}
