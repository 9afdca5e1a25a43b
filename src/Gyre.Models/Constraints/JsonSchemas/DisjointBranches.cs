using System.Text.Json;
using Gyre.Models.Constraints.Regexes;

namespace Gyre.Models.Constraints.JsonSchemas;

/// <summary>Proves that at most one branch of a <c>oneOf</c> can match, so that writing any of them is enough.</summary>
internal sealed class DisjointBranches(SchemaDocument document, AutomatonMemo memo, SchemaEvaluator evaluator, CompileBudget budget)
{
    private const int MaxDepth = 8;

    /// <summary>Errors: RUN0701 for two branches that cannot be told apart.</summary>
    public void Require(IReadOnlyList<SchemaNode> branches, Conjunction around, SchemaNode chooser, string keyword)
    {
        var all = branches.Select(branch => around.With(document, branch, chooser, keyword, budget)).ToList();
        for (var i = 0; i < all.Count; i++)
        {
            for (var j = i + 1; j < all.Count; j++)
            {
                if (!AreDisjoint(all[i], all[j], 0))
                {
                    throw ConstraintErrors.Schema(
                        chooser.PointerTo(keyword),
                        $"'oneOf' whose branches {i} and {j} are not seen to exclude each other",
                        "branches of different types, or with a required property whose values differ, or 'anyOf'");
                }
            }
        }
    }

    private bool AreDisjoint(Conjunction left, Conjunction right, int depth)
    {
        budget.Spend(20);
        if (left.NeverAt is not null || right.NeverAt is not null)
        {
            return true;
        }

        if (depth > MaxDepth)
        {
            return false;
        }

        if (Listed(left) is { } leftValues)
        {
            return leftValues.TrueForAll(value => !evaluator.IsValid(value, left) || !evaluator.IsValid(value, right));
        }

        if (Listed(right) is { } rightValues)
        {
            return rightValues.TrueForAll(value => !evaluator.IsValid(value, right) || !evaluator.IsValid(value, left));
        }

        var common = Types(left) & Types(right);
        return (common & (JsonTypes.Null | JsonTypes.Boolean)) == JsonTypes.None
            && ((common & JsonTypes.Number) == JsonTypes.None || new NumberFacts(left.Nodes).IsDisjointFrom(new NumberFacts(right.Nodes)))
            && ((common & JsonTypes.String) == JsonTypes.None || AreStringsDisjoint(left, right))
            && ((common & JsonTypes.Array) == JsonTypes.None || AreArraysDisjoint(left, right))
            && ((common & JsonTypes.Object) == JsonTypes.None || AreObjectsDisjoint(left, right, depth));
    }

    private static List<JsonElement>? Listed(Conjunction all) => all.Nodes.Select(SchemaEvaluator.ListedBy).FirstOrDefault(values => values is not null);

    private static JsonTypes Types(Conjunction all) => all.Nodes.Aggregate(JsonTypes.All, (types, node) => types & SchemaKeywords.Types(node));

    private bool AreStringsDisjoint(Conjunction left, Conjunction right) => CodePointAutomaton.Intersect(
        new StringFacts(left.Nodes, memo).Automaton(budget), new StringFacts(right.Nodes, memo).Automaton(budget), budget).IsEmpty;

    private static bool AreArraysDisjoint(Conjunction left, Conjunction right)
    {
        var (first, second) = (new ArrayFacts(left.Nodes), new ArrayFacts(right.Nodes));
        return first.MinItems > (second.MaxItems ?? int.MaxValue) || second.MinItems > (first.MaxItems ?? int.MaxValue);
    }

    private bool AreObjectsDisjoint(Conjunction left, Conjunction right, int depth)
    {
        var first = new ObjectFacts(left.Nodes, memo, allowsUndeclared: true, budget);
        var second = new ObjectFacts(right.Nodes, memo, allowsUndeclared: true, budget);
        return first.Required.Any(name => IsExcluded(name, first, second, depth)) || second.Required.Any(name => IsExcluded(name, second, first, depth));
    }

    /// <summary>True when a property that one requires has no value that both allow.</summary>
    private bool IsExcluded(string name, ObjectFacts requiring, ObjectFacts other, int depth)
    {
        var here = Conjunction.Of(document, requiring.SchemasOf(name), budget);
        var there = Conjunction.Of(document, other.SchemasOf(name), budget);
        return there.NeverAt is not null || (other.Required.Contains(name) && AreDisjoint(here, there, depth + 1));
    }
}
