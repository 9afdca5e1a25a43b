using Gyre.Contracts;
using Gyre.Evaluation.Benchmarks.Tasks;

namespace Gyre.Evaluation.Tests.Benchmarks.Tasks;

public sealed class ApiCallTests
{
    private const string Wanted = "API-Request: [AddAlarm(token='a9s8', time='2023-03-10 09:00:00', days=[1, 2], who={'name': 'Dr. Lee'})]";

    [Theory]
    [InlineData("API-Request: [AddAlarm(token='a9s8', time='2023-03-10 09:00:00', days=[1, 2], who={'name': 'Dr. Lee'})]", 1, 1)]
    [InlineData("Sure. [AddAlarm(days = ['1','2'], who={\"name\": \"DR. LEE\"}, time=\"2023-03-10 09:00:00\", token=a9s8)] Done.", 1, 1)]
    [InlineData("[AddAlarm(token='a9s8', time='2023-03-10 09:00:00', days=[2, 1], who={'name': 'Dr. Lee'})]", 0, 1)]
    [InlineData("[AddAlarm(token='a9s8', time='2023-03-10 10:00:00', days=[1, 2], who={'name': 'Dr. Lee'})]", 0, 1)]
    [InlineData("[AddAlarm(token='a9s8', time='2023-03-10 09:00:00', days=[1, 2])]", 0, 1)]
    [InlineData("[AddAlarm(token='a9s8', time='2023-03-10 09:00:00', days=[1, 2], who={'name': 'Dr. Lee'}, extra='1')]", 0, 1)]
    [InlineData("[DeleteAlarm(token='a9s8', time='2023-03-10 09:00:00', days=[1, 2], who={'name': 'Dr. Lee'})]", 0, 0)]
    [InlineData("AddAlarm(token='a9s8')", 0, 0)]
    [InlineData("", 0, 0)]
    public void A_call_counts_by_name_and_arguments(string text, double accuracy, double name)
    {
        var (values, reason) = ApiCall.Judge(text, [Wanted]);

        reason.ShouldBeNull();
        (values["call-accuracy"], values["call-name"]).ShouldBe((accuracy, name));
    }

    [Theory]
    [InlineData("[note] then [Search(q='the dentist's office')]", "Search", """{"q":"the dentist\u0027s office"}""")]
    [InlineData("[GetUserToken()]", "GetUserToken", "{}")]
    [InlineData("[A(x='it\\'s')]", "A", """{"x":"it\u0027s"}""")]
    public void The_first_call_is_found(string text, string name, string arguments)
    {
        var call = ApiCall.Read(text).ShouldNotBeNull();

        (call.Name, call.Arguments!.Value.GetRawText()).ShouldBe((name, arguments));
    }

    [Fact]
    public void A_reference_without_a_call_is_undefined() => ApiCall.Judge("[A()]", ["none"]).Reason.ShouldNotBeNull();

    [Fact]
    public void Fuzzed_replies_are_read_without_an_exception()
    {
        var random = new SeededRandom(7);
        const string Letters = "[](){}=,:'\"\\ab1 \n\uD83D\uDE00\uD800";
        for (var i = 0; i < 2000; i++)
        {
            var text = "[A(" + string.Concat(Enumerable.Range(0, random.NextInt32(80)).Select(_ => Letters[random.NextInt32(Letters.Length)]));
            ApiCall.Judge(text, [Wanted]).Values["call-accuracy"].ShouldBe(0);
        }

        ApiCall.Read("[A(x=" + new string('[', 100_000)).ShouldBeNull();
    }
}
