using System.Text;
using Gyre.Contracts;
using Gyre.Evaluation;

namespace Gyre.Training.Corpus;

/// <summary>A context with a question: answered by a span of the context, or declined when the context does not say it.</summary>
internal sealed class ContextTask(bool answerable) : IShopTask
{
    private static readonly World[] Worlds = [TradeFacts.Products, TradeFacts.Products, StoreFacts.Stores, OrderFacts.Orders];

    /// <inheritdoc/>
    public string Name => answerable ? ShopTasks.Answer : ShopTasks.Unanswerable;

    /// <inheritdoc/>
    public TaskSample Draw(SeededRandom random, Split split)
    {
        if (!answerable && random.NextInt32(12) == 0)
        {
            return DrawWithoutContext(random, split);
        }

        var world = random.Pick(Worlds);
        var thing = world.Draw(random, split, random.NextInt32(2, 7));
        var context = WriteContext(random, split, thing, out var contextFamily, out var questionsShown);
        var (frame, frameFamily) = ContextWordings.Frames.Pick(random, split);
        var (question, answer, questionFamily) = Exchange(random, split, thing, answerable, known: false, questionsShown);
        var prompt = frame.Replace("{c}", context, StringComparison.Ordinal).Replace("{q}", question, StringComparison.Ordinal);
        return new TaskSample($"{questionFamily}+{frameFamily}+{contextFamily}", thing.Subject, prompt, answer)
        {
            Facts = thing.Facts.ToDictionary(fact => FactKeys.ContextPrefix + fact.Kind.Key, fact => fact.Value, StringComparer.Ordinal),
            FollowUps = split == Split.Train ? FollowUps(random, thing, questionsShown) : [],
        };
    }

    /// <summary>A question about a product with nothing to read: there is no information, so the answer is to decline.</summary>
    private static TaskSample DrawWithoutContext(SeededRandom random, Split split)
    {
        var thing = TradeFacts.Products.Draw(random, split, 2);
        var kind = random.Pick(TradeFacts.Products.Kinds);
        var question = thing.AskByName(random, split, kind, out var family);
        return new TaskSample($"{family}+alone.{(split == Split.Train ? 't' : 'h')}", thing.Subject, question, random.Pick(ContextWordings.Declines));
    }

    private static List<(string User, string Assistant)> FollowUps(SeededRandom random, Thing thing, string[] questionsShown)
    {
        var turns = new List<(string, string)>();
        for (var count = random.NextInt32(4); count > 0; count--)
        {
            var (question, answer, _) = Exchange(random, Split.Train, thing, random.NextInt32(3) != 0, known: true, questionsShown);
            if (!turns.Any(turn => turn.Item1 == question))
            {
                turns.Add((question, answer));
            }
        }

        return turns;
    }

    private static (string Question, string Answer, string Family) Exchange(
        SeededRandom random, Split split, Thing thing, bool answerable, bool known, string[] questionsShown)
    {
        while (true)
        {
            var askName = answerable && random.NextInt32(8) == 0;
            var fact = answerable ? thing.Facts[askName ? 0 : random.NextInt32(1, thing.Facts.Count)] : default;
            var kind = answerable ? fact.Kind : random.Pick(thing.Absent);
            string family;
            string question;
            if (askName)
            {
                (question, family) = kind.Questions.Pick(random, split);
            }
            else
            {
                question = thing.Ask(random, split, kind, known, out family);
            }

            // A list of questions and answers must not already hold the very question asked.
            if (!questionsShown.Contains(question))
            {
                return (question, answerable ? fact.Value : random.Pick(ContextWordings.Declines), family);
            }
        }
    }

    private static string WriteContext(SeededRandom random, Split split, Thing thing, out string family, out string[] questionsShown)
    {
        questionsShown = [];
        switch (random.NextInt32(5))
        {
            case 0 or 1:
                var layout = Layout.Pick(random, split);
                family = layout.Family;
                return layout.Write(thing.Facts);
            case 2 or 3:
                // Training also reads descriptions; their wording has no held-out half, so held-out items never use them.
                if (split == Split.Train && random.NextInt32(3) == 0 && thing.Facts.Skip(1).All(fact => fact.Kind.Phrases.Length > 0))
                {
                    family = "description";
                    return DescribeTask.WriteAny(random, thing);
                }

                return thing.WriteNote(random, split, out family);
            default:
                return WriteQuestions(random, split, thing, out family, out questionsShown);
        }
    }

    private static string WriteQuestions(SeededRandom random, Split split, Thing thing, out string family, out string[] questionsShown)
    {
        var text = new StringBuilder(Thing.Fill(random.Pick(thing.World.Openers.Of(split)), thing.Name));
        var shown = new List<string>();
        foreach (var fact in thing.Facts.Skip(1))
        {
            var question = thing.Ask(random, split, fact.Kind, known: true, out _);
            shown.Add(question);
            text.Append("\nQ: ").Append(question).Append(" A: ").Append(fact.Value);
        }

        family = split == Split.Train ? "faq.t" : "faq.h";
        questionsShown = [.. shown];
        return text.ToString();
    }
}
