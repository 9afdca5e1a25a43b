using Gyre.Evaluation.Judges;
using Gyre.Evaluation.Recipes;
using Gyre.Evaluation.Tests.Judges;

namespace Gyre.Evaluation.Tests.Recipes;

public class ScorerRecipeTests
{
    private const string Head = """
        name: x
        dataset: {file: rows.jsonl}
        judges:
          - {name: one, model: default, format: json, repairs: 1, max_reason: 60}
          - {name: two, model: other}
        candidates: [{name: a, model: default}, {name: b, model: default}]
        metrics:

        """;

    [Theory]
    [InlineData("{scorer: criterion, judge: one, criterion: helpfulness}", "judge-helpfulness")]
    [InlineData("{scorer: criterion, judge: one, criterion: brand, question: Is it in our voice?, direction: lowerIsBetter, reference: true}", "judge-brand-reference")]
    [InlineData("{scorer: criterion, jury: [one, two], rule: mean, criterion: helpfulness}", "jury-judge-helpfulness")]
    [InlineData("{scorer: rubric, judge: one}", "rubric-quality")]
    [InlineData("{scorer: rubric, judge: one, rubric: {name: tone, question: How warm is it?, levels: [cold, mild, warm]}, name: warmth}", "warmth")]
    [InlineData("{scorer: constitution, judge: one, principles: [{name: kind, rule: Be kind.}]}", "constitution")]
    [InlineData("{scorer: pairwise, judge: one}", "pairwise-better-than-reference")]
    [InlineData("{scorer: pairwise, judge: one, against: a}", "pairwise-better-than-a")]
    [InlineData("{scorer: faithfulness, judge: one}", "faithfulness")]
    [InlineData("{scorer: context-precision, judge: one}", "context-precision")]
    [InlineData("{scorer: context-recall, judge: one}", "context-recall")]
    [InlineData("{scorer: context-relevancy, judge: one}", "context-relevancy")]
    [InlineData("{scorer: consistency, by: f1-tokens}", "consistency-f1-tokens")]
    [InlineData("{scorer: labels, measure: f1-macro, labels: [good, bad]}", "f1-macro")]
    [InlineData("{scorer: labels, measure: f1-class-bad, labels: [good, bad]}", "f1-class-bad")]
    [InlineData("{scorer: trajectory, measure: call-f1, names_only: true}", "trajectory-call-f1")]
    [InlineData("{scorer: trajectory, measure: forbidden-absent, forbidden: [pay]}", "trajectory-forbidden-absent")]
    [InlineData("{scorer: exact-match, name: same}", "same")]
    public void A_scorer_with_what_it_needs_is_made(string metric, string name)
    {
        var recipe = EvaluationRecipe.Parse($"{Head}  - {metric}\n");
        var sources = new ScorerSources { Judges = recipe.Judges.ToDictionary(judge => judge.Name, judge => new JudgeModel(new ScriptedJudge(ScriptedJudge.Json("yes")), judge.Options)) };

        sources.Make(recipe.Metrics.Single()).Name.ShouldBe(name);
        recipe.Judges[0].Options.ShouldBe(new JudgeOptions { Name = "one", Format = JudgeReplyFormat.Json, MaxRepairs = 1, MaxReasonLength = 60 });
    }

    [Theory]
    [InlineData("{scorer: criterion, judge: three, criterion: helpfulness}", "there is no judge 'three'")]
    [InlineData("{scorer: criterion, judge: one, criterion: kindness}", "'kindness' is unknown")]
    [InlineData("{scorer: criterion, criterion: helpfulness}", "judge: is missing")]
    [InlineData("{scorer: criterion, judge: one, jury: [one, two], criterion: helpfulness}", "stands beside 'judge'")]
    [InlineData("{scorer: criterion, jury: [one], criterion: helpfulness}", "has 1 members")]
    [InlineData("{scorer: criterion, judge: one, criterion: helpfulness, reference: maybe}", "neither true nor false")]
    [InlineData("{scorer: criterion, judge: one, criterion: x, question: y, direction: up}", "expected one of higherIsBetter, lowerIsBetter")]
    [InlineData("{scorer: rubric, judge: one, rubric: fine}", "'fine' is unknown")]
    [InlineData("{scorer: rubric, judge: one, rubric: {name: tone, question: q, levels: [one]}}", "expected 2 to 10")]
    [InlineData("{scorer: constitution, judge: one}", "principles: is missing")]
    [InlineData("{scorer: pairwise, judge: one, against: c}", "'against' is 'c', which is no candidate")]
    [InlineData("{scorer: answer-relevancy, judge: one}", "encoder: is missing")]
    [InlineData("{scorer: embedding-similarity}", "encoder: is missing")]
    [InlineData("{scorer: bertscore, encoder: e, part: best}", "expected one of precision, recall, f1")]
    [InlineData("{scorer: perplexity, model: m, unit: page}", "expected one of token, word, byte")]
    [InlineData("{scorer: labels, measure: f1-macro, labels: [good]}", "has 1 classes")]
    [InlineData("{scorer: labels, measure: f2, labels: [good, bad]}", "'f2' is unknown")]
    [InlineData("{scorer: labels, measure: f1-class-worst, labels: [good, bad]}", "worst")]
    [InlineData("{scorer: trajectory, measure: best}", "'best' is unknown")]
    [InlineData("{scorer: trajectory, measure: forbidden-absent}", "forbidden: is missing")]
    [InlineData("{scorer: meteor}", "wordnet: is missing")]
    [InlineData("{scorer: autorater}", "file: is missing")]
    [InlineData("{scorer: consistency, by: bleu}", "'bleu' is no metric of texts")]
    [InlineData("{scorer: consistency, by: levenshtein}", "more is better")]
    [InlineData("{scorer: exact-match, judge: one}", "judge: is unknown")]
    [InlineData("{scorer: nothing}", "'nothing' is unknown")]
    public void What_a_scorer_lacks_is_told_with_its_line(string metric, string fault)
    {
        var error = Should.Throw<EvaluationException>(() => EvaluationRecipe.Parse($"{Head}  - {metric}\n"));
        (error.Code, error.Message).ShouldSatisfyAllConditions(found => found.Code.ShouldBe("EVA0003"), found => found.Message.ShouldContain(fault));
    }

    [Theory]
    [InlineData("{name: a, output: said}", null)]
    [InlineData("{stored: runs/old, candidate: default}", null)]
    [InlineData("{model: default, retrieval: {top: 2, passages: notes}}", null)]
    [InlineData("{model: default, steps: [{name: facts, template: 'List the facts: {prompt}'}], template: 'Answer {prompt} from {step.facts}'}", null)]
    [InlineData("{model: gpt, url: 'http://127.0.0.1:8000', api_key_env: KEY}", null)]
    [InlineData("{model: gpt, url: 'ftp://x'}", "is no address")]
    [InlineData("{model: gpt, url: 'http://x', adapter: a}", "a server's adapters are named by its 'model'")]
    [InlineData("{model: default, output: said}", "stands beside 'model'")]
    [InlineData("{name: a}", "model: is missing")]
    [InlineData("{output: said, temperature: 1}", "temperature: is unknown")]
    [InlineData("{model: default, template: 'from {step.facts}'}", "'{step.facts}' names no step before it")]
    [InlineData("{model: default, steps: [{name: a, template: '{step.b}'}, {name: b, template: x}]}", "'{step.b}' names no step before it")]
    [InlineData("{model: default, steps: [{name: a, template: x}, {name: a, template: x}]}", "the name of an earlier step")]
    [InlineData("{model: default, examples: 2, steps: [{name: a, template: x}], template: '{step.a}'}", "examples have no steps")]
    [InlineData("{model: default, retrieval: {top: 0}}", "a whole number from 1 to 64")]
    public void Candidates_are_asked_given_or_stored(string candidate, string? fault)
    {
        var yaml = $"name: x\ndataset: {{file: rows.jsonl}}\nmetrics: [{{scorer: exact-match}}]\ncandidates:\n  - {candidate}\n";
        if (fault is null)
        {
            EvaluationRecipe.Parse(yaml).Candidates.ShouldHaveSingleItem();
            return;
        }

        Should.Throw<EvaluationException>(() => EvaluationRecipe.Parse(yaml)).Message.ShouldContain(fault);
    }

    [Fact]
    public void A_judge_that_is_not_there_is_told_when_the_plan_is_made()
    {
        var recipe = EvaluationRecipe.Parse($"{Head}  - {{scorer: rubric, judge: one}}\n");
        Should.Throw<EvaluationException>(() => new ScorerSources().Make(recipe.Metrics[0])).Code.ShouldBe("EVA0013");
    }
}
