using Gyre.Registry.Ratings;

namespace Gyre.Registry.Tests.Ratings;

public class RatingRubricTests
{
    [Fact]
    public void A_rubric_may_ask_several_questions_of_each_kind()
    {
        var rubric = RatingRubric.Parse(
            """
            {"form":"single","questions":[
              {"name":"quality","text":"How good?","definition":"As a shop would send it.","points":3,"anchors":{"1":"bad","3":"good"}},
              {"name":"tone","text":"Which tone?","definition":"The voice.","labels":["formal","friendly"]},
              {"name":"true","text":"Is it true?","definition":"No fact is wrong.","kind":"yes_no"}],
             "reasons":["too long"],"comment":"required"}
            """);

        rubric.Form.ShouldBe(RatingForm.Single);
        rubric.Questions.Select(question => (question.Kind, string.Join(',', question.Options.Select(option => option.Value)))).ShouldBe(
            [(RatingQuestionKind.Scale, "1,2,3"), (RatingQuestionKind.Labels, "formal,friendly"), (RatingQuestionKind.YesNo, "yes,no")]);
        rubric.Questions[0].Options.Select(option => option.Text).ShouldBe(["bad", "", "good"]);
        rubric.Comment.ShouldBe(CommentRule.Required);
        RatingRubric.Parse(rubric.ToJson()).ToJson().ShouldBe(rubric.ToJson());
    }

    [Theory]
    [InlineData("[]", "is a JSON array")]
    [InlineData("""{"form":"single"}""", "questions: expected a list of 1 to 12")]
    [InlineData("""{"form":"both","questions":[{}]}""", "form: is \"both\"")]
    [InlineData("""{"questions":[{"name":"a b","text":"t"}]}""", "questions[0].name: is 'a b'")]
    [InlineData("""{"questions":[{"name":"a","text":"t"}]}""", "questions[0].definition: is missing")]
    [InlineData("""{"questions":[{"name":"a","text":"t","definition":"d","points":1}]}""", "questions[0].points: is 1; expected 2 to 9")]
    [InlineData("""{"questions":[{"name":"a","text":"t","definition":"d","anchors":{"6":"x"}}]}""", "questions[0].anchors: '6' is no point")]
    [InlineData("""{"questions":[{"name":"a","text":"t","definition":"d","labels":["x","x"]}]}""", "questions[0].labels: one stands there twice")]
    [InlineData("""{"questions":[{"name":"a","text":"t","definition":"d","kind":"yes_no","points":3}]}""", "questions[0].points: belongs to kind scale")]
    [InlineData("""{"questions":[{"name":"a","text":"t","definition":"d"},{"name":"a","text":"t","definition":"d"}]}""", "two are named 'a'")]
    [InlineData("""{"questions":[{"name":"a","text":"t","definition":"\ud800"}]}""", "questions[0].definition")]
    [InlineData("""{"form":"pairs","questions":[{"text":"t","definition":"d"},{"text":"t","definition":"d"}]}""", "expected one for pairs")]
    [InlineData("""{"questions":[{"name":"a","text":"t","definition":"d","scale":5}]}""", "questions[0].scale: is unknown")]
    [InlineData("""{"questions":""", "not JSON")]
    public void A_faulty_rubric_is_refused_with_the_place_of_its_fault(string json, string fault)
    {
        var error = Should.Throw<RegistryException>(() => RatingRubric.Parse(json));

        error.Code.ShouldBe("REG0081");
        error.Message.ShouldContain(fault);
    }
}
