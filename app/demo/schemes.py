"""The marking schemes of the season: one with the structure of a real scheme of 149 aspects, two of our own."""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from pathlib import Path

from workflows.competition import method_fields
from workflows.competition.aspects import AspectType, Method
from workflows.competition.methods import FULL_OR_ZERO, JUDGEMENT
from workflows.competition.scheme import Aspect, Benchmark, Criterion, MarkingScheme, SubCriterion

DATA = Path(__file__).parent / "data"
METHODS = {"M": FULL_OR_ZERO, "J": JUDGEMENT}

BENCHMARKS = (
    "未达到行业要求",
    "达到行业要求",
    "达到行业要求，部分方面高于要求",
    "全面高于行业要求，优秀",
)

WEB_CRITERIA = {
    "A": "版面设计",
    "B": "页面交互",
    "C": "前端编程",
    "D": "后端接口",
    "E": "内容管理",
    "F": "工作规范",
}
WEB_SUBJECTS = (
    "结构与语义",
    "版式与留白",
    "色彩与字体",
    "响应式布局",
    "可访问性",
    "交互反馈",
    "代码规范",
    "性能与加载",
    "数据与接口",
    "异常处理",
)

# Criterion, with its weight where modules count by weight; then its sub criteria on lines of their own: code, name and team; then how it
# is marked (M full or nothing, J judged, or the key of a method with its parameters), what is marked, its mark, and for the practice sheet
# a reference value with the reason why.
FITTER = """
A 零件加工
 A1 凸件尺寸
  M 外形尺寸60±0.02 6
  M 槽宽20+0.03 6
  M 垂直度0.02 5
  M 平行度0.02 5
 A2 凹件尺寸
  M 外形尺寸60±0.02 6
  M 槽深18+0.03 6
  M 对称度0.04 6
B 装配与配合
 B1 配合间隙
  M 配合间隙≤0.04（五处） 10
  M 换位配合间隙≤0.04 10
  M 错位量≤0.05 8
 B2 孔系
  M 孔距40±0.05 6
  M 孔径φ8H7 4
  M 铰孔粗糙度Ra1.6 4
C 表面与外观
 C1 表面质量
  J 加工纹理与倒角 4
  J 整体外观 4
D 职业素养
 D1 安全与文明
  M 劳保穿戴与安全操作 4
  J 工量具摆放与现场整理 3
  J 节约与环保 3
"""

WELDER = """
A 焊前准备 10
 A1 劳保与装配 第一组
  M 劳保用品穿戴齐全 4
  add 八处定位焊合格 8 each=1 items=8 reference=7 why=一处未熔透
  deduct 坡口清理，每处不净扣分 8 each=2
B 外观尺寸 40
 B1 板对接立焊 第一组
  numeric 焊缝余高 15 nominal=1.5 lower=-1.5 upper=1.5 unit=mm table=0.5=9;1=4 reference=3.2 why=量得3.2，超出0.2
  numeric 焊缝宽度差 10 unit=mm table=1=10;2=6;3=2;以上=0 reference=1.6
  numeric 角变形 10 unit=° table=3=10;5=0;以上=0 is_linear=是
  banded 咬边 15 bands=15=无咬边|10=深度不超过0.5mm|0=深度超过0.5mm reference=2 why=一处咬边深0.3
 B2 外观打分 第二组
  scores 焊缝成形与美观 50 judges=5 drop_highest=1 drop_lowest=1 highest=100 step=1 reference=82 why=焊波均匀，接头处略高
C 内部质量 35
 C1 射线检测 第三组
  banded 射线评级 60 bands=60=Ⅰ级片|40=Ⅱ级片|0=Ⅲ级及以下
  partial 断口检查 40
D 效率与素养 15
 D1 用时与失误 第一组
  time 完成用时 20 limit=5400 table=3600=20;4500=12;5400=6
  errors 违规操作 20 each=5 free=1
  J 现场整理 10
"""

ELECTRICIAN = """
A 电路设计
 A1 图纸与选型
  M 主电路图正确 10
  M 控制电路图正确 10
  J 图面规范 5
B 安装接线
 B1 板前接线
  deduct 接线错误，每处扣分 15 each=3
  M 端子编号齐全 5
  J 走线美观 10
C 调试与排故
 C1 功能
  M 正反转互锁 10
  M 星三角启动 10
  add 故障排除（三处） 15 each=5 items=3
D 职业素养
 D1 安全
  M 停送电操作规程 5
  J 现场整理 5
"""


def web_scheme() -> MarkingScheme:
    """The scheme for web technologies: 6 criteria, 36 sub criteria, 149 aspects as a real one has them; the words are ours."""
    with (DATA / "scheme_149.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    criteria = []
    for letter, of_criterion in groupby(rows, lambda row: row["sub_criterion"][0]):
        subs = []
        for number, (code, of_sub) in enumerate(groupby(of_criterion, lambda row: row["sub_criterion"])):
            lines = list(of_sub)
            subject = WEB_SUBJECTS[number % len(WEB_SUBJECTS)]
            aspects = tuple(_web_aspect(row, subject, position) for position, row in enumerate(lines, start=1))
            subs.append(SubCriterion(code, subject, int(lines[0]["day"]), aspects))
        criteria.append(Criterion(letter, WEB_CRITERIA[letter], tuple(subs)))
    return MarkingScheme("网站设计与开发", tuple(criteria))


def _web_aspect(row: dict[str, str], subject: str, position: int) -> Aspect:
    words = f"{subject}：要点 {position}"
    return _aspect(METHODS[row["type"]], words, row["max_mark"], row["wsos_section"])


def scheme_of(title: str, outline: str) -> MarkingScheme:
    """A scheme from an outline as above."""
    criteria: list[Criterion] = []
    for line in outline.strip().splitlines():
        words, depth = line.split(), len(line) - len(line.lstrip())
        if depth == 0:
            weight = Decimal(words[2]) if len(words) > 2 else None
            criteria.append(Criterion(words[0], words[1], (), weight=weight))
            continue
        criterion = criteria[-1]
        if depth == 1:
            subs = (*criterion.sub_criteria, SubCriterion(words[0], words[1], 1, (), " ".join(words[2:])))
        else:
            last = criterion.sub_criteria[-1]
            how, what, mark, *more = words
            params = dict(param.split("=", 1) for param in more)
            method = METHODS[how] if how in METHODS else method_fields.read(how, params)
            aspect = replace(_aspect(method, what, mark), reference_note=params.get("why", ""))
            if "reference" in params:
                aspect = replace(aspect, reference=Decimal(params["reference"]))
            subs = (*criterion.sub_criteria[:-1], replace(last, aspects=(*last.aspects, aspect)))
        criteria[-1] = replace(criterion, sub_criteria=subs)
    return MarkingScheme(title, tuple(criteria))


def _aspect(method: Method, words: str, mark: str, section: str = "") -> Aspect:
    is_judgement = method.type is AspectType.JUDGEMENT
    benchmarks = tuple(Benchmark(score, meaning) for score, meaning in enumerate(BENCHMARKS)) if is_judgement else ()
    return Aspect(method, words, Decimal(mark), section=section, benchmarks=benchmarks)
